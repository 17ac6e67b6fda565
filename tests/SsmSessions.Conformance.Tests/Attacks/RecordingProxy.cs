using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SsmSessions.Testing.Attacks;

namespace SsmSessions.Conformance.Tests.Attacks;

/// <summary>Stands between clients and a server, and keeps every request as it stood on the wire.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentQueue<RawRequest> _requests = [];
    private readonly Uri _target;
    private readonly Task _accepting;

    public RecordingProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients go.</summary>
    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The requests so far, in their order.</summary>
    public IReadOnlyList<RawRequest> Requests => [.. _requests];

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _accepting;
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_over.Token));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new RawConnection(_target))
        {
            try
            {
                var stream = client.GetStream();
                while (await ReadAsync(stream) is { } request)
                {
                    _requests.Enqueue(request);
                    var answer = await server.SendAsync(request);
                    var body = Encoding.UTF8.GetBytes(answer.Body);
                    var head = new StringBuilder($"HTTP/1.1 {answer.Status} -\r\n");
                    foreach (var (name, value) in answer.Headers.Where(h => h.Name is not ("content-length" or "transfer-encoding")))
                        head.Append(name).Append(": ").Append(value).Append("\r\n");
                    head.Append(CultureInfo.InvariantCulture, $"content-length: {body.Length}\r\n\r\n");
                    await stream.WriteAsync((byte[])[.. Encoding.Latin1.GetBytes(head.ToString()), .. body], _over.Token);
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException)
            {
                // The client went away.
            }
        }
    }

    /// <summary>The next request of a connection, or null at its end.</summary>
    private async Task<RawRequest?> ReadAsync(NetworkStream stream)
    {
        var read = new List<byte>();
        var end = -1;
        while (end < 0)
        {
            if (!await FillAsync(stream, read))
                return null;
            end = Encoding.Latin1.GetString([.. read]).IndexOf("\r\n\r\n", StringComparison.Ordinal);
        }

        var lines = Encoding.Latin1.GetString([.. read[..end]]).Split("\r\n");
        var start = lines[0].Split(' ');
        (string Name, string Value)[] headers = [.. lines.Skip(1).Select(line => line.Split(':', 2)).Select(pair => (pair[0], pair[1].Trim()))];
        var length = headers.Where(h => h.Name.Equals("content-length", StringComparison.OrdinalIgnoreCase)).Select(h => int.Parse(h.Value, CultureInfo.InvariantCulture)).FirstOrDefault();
        while (read.Count < end + 4 + length)
        {
            if (!await FillAsync(stream, read))
                return null;
        }

        return new RawRequest(start[0], start[1], headers, [.. read.Skip(end + 4).Take(length)]);
    }

    private async Task<bool> FillAsync(NetworkStream stream, List<byte> read)
    {
        var buffer = new byte[16 * 1024];
        var count = await stream.ReadAsync(buffer, _over.Token);
        read.AddRange(buffer.AsSpan(0, count));
        return count > 0;
    }
}
