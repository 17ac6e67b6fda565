using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace SsmSessions.Testing.Attacks;

/// <summary>A client that sends what it is given, byte for byte, on one connection as long as the server keeps it.</summary>
public sealed class RawConnection(Uri url) : IDisposable
{
    private const int LargestHead = 64 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private TcpClient? _tcp;

    /// <summary>Sends a request and reads its answer.</summary>
    public async Task<RawAnswer> SendAsync(RawRequest request)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var isKept = _tcp is not null;
        try
        {
            return await SendAsync(request.ToBytes(), request.Method, deadline.Token);
        }
        catch (IOException) when (isKept)
        {
            // The server had ended the connection that was kept.
            Drop();
            return await SendAsync(request.ToBytes(), request.Method, deadline.Token);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Drop();

    private void Drop()
    {
        _tcp?.Dispose();
        _tcp = null;
    }

    private async Task<RawAnswer> SendAsync(byte[] request, string method, CancellationToken cancellationToken)
    {
        if (_tcp is null)
        {
            _tcp = new TcpClient { NoDelay = true };
            await _tcp.ConnectAsync(url.Host, url.Port, cancellationToken);
        }

        var stream = _tcp.GetStream();
        await stream.WriteAsync(request, cancellationToken);
        var (head, rest) = await ReadHeadAsync(stream, cancellationToken);
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).Select(pair => (Name: pair[0].ToLowerInvariant(), Value: pair[1].Trim())).ToList();
        var length = headers.Where(h => h.Name == "content-length").Select(h => (int?)int.Parse(h.Value, CultureInfo.InvariantCulture)).FirstOrDefault();
        var isChunked = headers.Any(h => h is { Name: "transfer-encoding", Value: "chunked" });
        var hasBody = method != "HEAD" && status is not (101 or 204 or 304);
        var body = !hasBody ? []
            : isChunked ? await ReadChunksAsync(stream, rest, cancellationToken)
            : await ReadBytesAsync(stream, rest, length ?? 0, cancellationToken);
        if (status == 101 || headers.Any(h => h is { Name: "connection", Value: "close" }))
            Drop();
        return new RawAnswer(status, headers, Encoding.UTF8.GetString(body));
    }

    private static async Task<(string Head, List<byte> More)> ReadHeadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var read = new List<byte>();
        var buffer = new byte[4 * 1024];
        while (read.Count < LargestHead)
        {
            var count = await stream.ReadAsync(buffer, cancellationToken);
            if (count == 0)
                throw new IOException("the server ended the connection");
            read.AddRange(buffer.AsSpan(0, count));
            var text = Encoding.Latin1.GetString([.. read]);
            if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end)
                return (text[..end], read[(end + 4)..]);
        }

        throw new IOException("an endless head");
    }

    private static async Task<byte[]> ReadBytesAsync(NetworkStream stream, List<byte> read, int length, CancellationToken cancellationToken)
    {
        await FillAsync(stream, read, length, cancellationToken);
        return [.. read.Take(length)];
    }

    private static async Task<byte[]> ReadChunksAsync(NetworkStream stream, List<byte> read, CancellationToken cancellationToken)
    {
        var body = new List<byte>();
        while (true)
        {
            int end;
            while ((end = read.IndexOf((byte)'\n')) < 0)
                await FillAsync(stream, read, read.Count + 1, cancellationToken);
            var length = int.Parse(Encoding.ASCII.GetString([.. read[..(end - 1)]]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            await FillAsync(stream, read, end + 1 + length + 2, cancellationToken);
            body.AddRange(read.Skip(end + 1).Take(length));
            read.RemoveRange(0, end + 1 + length + 2);
            if (length == 0)
                return [.. body];
        }
    }

    private static async Task FillAsync(NetworkStream stream, List<byte> read, int length, CancellationToken cancellationToken)
    {
        var buffer = new byte[4 * 1024];
        while (read.Count < length)
        {
            var count = await stream.ReadAsync(buffer, cancellationToken);
            if (count == 0)
                throw new IOException("the server ended the connection in the middle of an answer");
            read.AddRange(buffer.AsSpan(0, count));
        }
    }
}

/// <summary>What came back.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">Names in lower case.</param>
/// <param name="Body">The body.</param>
public sealed record RawAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    /// <summary>Status, and code and text of an AWS error, or the body as it is: <c>400 InvalidSignatureException: …</c>.</summary>
    public override string ToString()
    {
        if (Body.Length == 0)
            return Status.ToString(CultureInfo.InvariantCulture);
        if (Status != 400 || !Body.StartsWith("{\"__type\"", StringComparison.Ordinal))
            return string.Create(CultureInfo.InvariantCulture, $"{Status} {Body.TrimEnd()}");
        using var json = JsonDocument.Parse(Body);
        var text = json.RootElement.TryGetProperty("message", out var lower) ? lower.GetString()
            : json.RootElement.TryGetProperty("Message", out var upper) ? upper.GetString() : null;
        var code = json.RootElement.GetProperty("__type").GetString();
        return string.Create(CultureInfo.InvariantCulture, $"{Status} {code}{(text is null ? "" : ": ")}{text}");
    }
}
