using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SsmSessions.Fuzzing.Doors;

namespace SsmSessions.Fuzzing.Wire;

/// <summary>Sends requests byte by byte as they are, and reads whole answers. One that is sound keeps the connection; any other has one of its own.</summary>
internal sealed class HttpConnection(IPEndPoint server) : IAsyncDisposable
{
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    private Socket? _socket;
    private byte[] _buffer = new byte[16 * 1024];
    private int _length;

    /// <summary>Sends bytes and reads what comes back.</summary>
    /// <exception cref="FuzzFailure">What comes back is no answer of HTTP/1.1, or a sound request is not answered.</exception>
    public async ValueTask<HttpAnswer> SendAsync(byte[] request, CancellationToken late)
    {
        if (!HttpFraming.IsOneRequest(request))
            return await SendAloneAsync(request, late);
        try
        {
            return await SendSoundAsync(request, late);
        }
        catch
        {
            Close();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private async Task<HttpAnswer> SendSoundAsync(byte[] request, CancellationToken late)
    {
        if (_socket is { } kept && kept.Poll(0, SelectMode.SelectRead))
        {
            if (kept.Available > 0)
                throw new FuzzFailure("More than one answer to the request before.");
            Close();
        }

        var isNew = _socket is null;
        _socket ??= await LoneBytes.DialAsync(server, late);
        _length = 0;
        try
        {
            await LoneBytes.SendAllAsync(_socket, request, late);
        }
        catch (SocketException)
        {
            // The server has answered before the end and left; the answer may still be there.
        }

        var answer = await ReadAsync(_socket, HttpFraming.IsHead(request), late);
        if (answer.Status == 0)
        {
            Close();
            return isNew ? throw new FuzzFailure("A sound request is not answered.") : await SendSoundAsync(request, late);
        }

        if (_length > 0)
            throw new FuzzFailure($"More than one answer to one request: {answer}\n{Encoding.Latin1.GetString(_buffer, 0, _length)}");
        if (answer.Head.Contains("\r\nConnection: close", StringComparison.OrdinalIgnoreCase))
            Close();
        return answer;
    }

    private async Task<HttpAnswer> SendAloneAsync(byte[] request, CancellationToken late)
    {
        var all = await LoneBytes.SendAsync(server, request, late);
        // Two zeros begin a frame of HTTP/2, which says that it is not spoken here.
        return all.Length == 0 || all.AsSpan().StartsWith("\0\0"u8) ? HttpAnswer.None : new HttpAnswer(StatusOf(all), Encoding.Latin1.GetString(all), []);
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
        _length = 0;
    }

    private async Task<HttpAnswer> ReadAsync(Socket socket, bool isHead, CancellationToken late)
    {
        var end = await FindAsync(socket, 0, "\r\n\r\n"u8.ToArray(), late);
        if (end < 0)
            return _length == 0 ? HttpAnswer.None : throw new FuzzFailure("Half an answer.");
        var head = Encoding.Latin1.GetString(_buffer, 0, end - 2);
        var status = StatusOf(_buffer.AsSpan(0, end));
        Take(end);
        if (isHead || status is 204 or 304 or (>= 100 and < 200))
            return new HttpAnswer(status, head, []);
        if (HeaderOf(head, "Content-Length") is { } length)
            return new HttpAnswer(status, head, await TakeAsync(socket, int.Parse(length, CultureInfo.InvariantCulture), late));
        if (HeaderOf(head, "Transfer-Encoding") is "chunked")
            return new HttpAnswer(status, head, await ReadChunksAsync(socket, late));
        throw new FuzzFailure($"An answer without a length: {head}");
    }

    private async Task<byte[]> ReadChunksAsync(Socket socket, CancellationToken late)
    {
        var body = new MemoryStream();
        while (true)
        {
            var end = await FindAsync(socket, 0, "\r\n"u8.ToArray(), late);
            if (end < 0)
                throw new FuzzFailure("An answer ends in the middle.");
            var length = int.Parse(Encoding.ASCII.GetString(_buffer, 0, end - 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Take(end);
            var chunk = await TakeAsync(socket, length + 2, late);
            body.Write(chunk, 0, length);
            if (length == 0)
                return body.ToArray();
        }
    }

    private async Task<byte[]> TakeAsync(Socket socket, int length, CancellationToken late)
    {
        while (_length < length)
        {
            if (!await ReceiveAsync(socket, late))
                throw new FuzzFailure("An answer ends in the middle.");
        }

        var taken = _buffer.AsSpan(0, length).ToArray();
        Take(length);
        return taken;
    }

    private void Take(int length)
    {
        _buffer.AsSpan(length, _length - length).CopyTo(_buffer);
        _length -= length;
    }

    /// <summary>Where what stands behind <paramref name="mark"/> begins; -1 when the server closes before.</summary>
    private async Task<int> FindAsync(Socket socket, int from, byte[] mark, CancellationToken late)
    {
        while (true)
        {
            var at = _buffer.AsSpan(from, _length - from).IndexOf(mark);
            if (at >= 0)
                return from + at + mark.Length;
            if (!await ReceiveAsync(socket, late))
                return -1;
        }
    }

    private async ValueTask<bool> ReceiveAsync(Socket socket, CancellationToken late)
    {
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length < MaxAnswerBytes ? _buffer.Length * 2 : throw new FuzzFailure("An answer without an end."));
        try
        {
            var received = await socket.ReceiveAsync(_buffer.AsMemory(_length), late);
            _length += received;
            return received > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int StatusOf(ReadOnlySpan<byte> answer) =>
        answer.Length >= 12 && answer.StartsWith("HTTP/1.1 "u8) && int.TryParse(answer.Slice(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : throw new FuzzFailure($"No answer of HTTP/1.1: {Encoding.Latin1.GetString(answer[..Math.Min(200, answer.Length)])}");

    private static string? HeaderOf(string head, string name)
    {
        var at = head.IndexOf($"\r\n{name}: ", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var value = at + name.Length + 4;
        return head[value..head.IndexOf("\r\n", value, StringComparison.Ordinal)];
    }
}
