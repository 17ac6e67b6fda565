using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SsmSessions.Benchmarks.Load;

/// <summary>One connection that asks and waits, as raw as can be: requests are bytes made beforehand, answers are read to their length.</summary>
internal sealed class LoadConnection : IDisposable
{
    private const int LargestAnswer = 1024 * 1024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly IReadOnlyList<byte[]> _requests;
    private readonly bool _endsSessions;
    private readonly byte[] _answer = new byte[LargestAnswer];
    private int _next;

    public LoadConnection(LoadEnd end, bool endsSessions, int first)
    {
        _requests = endsSessions ? [.. end.Requests.Select(r => (byte[])r.Clone())] : end.Requests;
        _endsSessions = endsSessions;
        _next = first % end.Requests.Count;
        _socket.Connect(IPAddress.Loopback, end.Port);
    }

    /// <summary>True when something of the answer has come.</summary>
    public bool HasAnswer => _socket.Available > 0;

    /// <summary>Waits until one of several has an answer.</summary>
    public static void WaitForAny(IEnumerable<LoadConnection> connections)
    {
        List<Socket> sockets = [.. connections.Select(connection => connection._socket)];
        Socket.Select(sockets, checkWrite: null, checkError: null, microSeconds: 1_000_000);
    }

    public void Send()
    {
        _socket.Send(_requests[_next]);
        _next = (_next + 1) % _requests.Count;
    }

    /// <summary>Waits for the answer.</summary>
    /// <exception cref="InvalidDataException">It is not a whole answer with status 200.</exception>
    public void Receive()
    {
        var length = 0;
        int body;
        do
        {
            length += ReceiveSome(length);
            body = _answer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) + 4;
        }
        while (body < 4);

        var head = _answer.AsSpan(0, body);
        if (!head.StartsWith("HTTP/1.1 200 "u8))
            throw new InvalidDataException("refused: " + Encoding.UTF8.GetString(_answer, 0, length));
        var end = body + ContentLength(head);
        while (length < end)
            length += ReceiveSome(length);
        if (_endsSessions && _next == 1)
            FillIn(_answer.AsSpan(body, end - body));
    }

    public void Dispose() => _socket.Dispose();

    private int ReceiveSome(int length)
    {
        var received = length < _answer.Length ? _socket.Receive(_answer.AsSpan(length)) : 0;
        return received > 0 ? received : throw new InvalidDataException("the connection ended within an answer");
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var value = head.IndexOf(name);
        return value >= 0 && Utf8Parser.TryParse(head[(value + name.Length)..], out int length, out _)
            ? length
            : throw new InvalidDataException("an answer without length");
    }

    /// <summary>Copies the id of the session that was started over the one of the request that ends it, which is as long.</summary>
    private void FillIn(ReadOnlySpan<byte> body)
    {
        var member = "\"SessionId\":\""u8;
        var rest = body[(body.IndexOf(member) + member.Length)..];
        var id = rest[..rest.IndexOf((byte)'"')];
        var request = _requests[1];
        id.CopyTo(request.AsSpan(request.AsSpan().LastIndexOf(member) + member.Length));
    }
}
