using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SsmSessions.Testing;

/// <summary>One connection that asks and waits: requests are bytes made beforehand, answers are read to their length. It
/// allocates nothing, so that what is measured beside it is the server's.</summary>
/// <param name="port">On the loopback address.</param>
public sealed class PreparedConnection(int port) : IDisposable
{
    private const int LargestAnswer = 1024 * 1024;
    private const int PatienceMilliseconds = 120_000;

    private readonly byte[] _answer = new byte[LargestAnswer];

    /// <summary>The connection itself. A server that ends it gets another one for the next request.</summary>
    public Socket Socket { get; private set; } = Connect(port);

    /// <summary>Sends a request and waits for the answer.</summary>
    /// <returns>Its body, until the next call.</returns>
    /// <exception cref="InvalidDataException">It is not a whole answer with status 200.</exception>
    public ReadOnlySpan<byte> Call(ReadOnlySpan<byte> request)
    {
        Socket.Send(request);
        return Receive();
    }

    /// <summary>Waits for an answer.</summary>
    /// <returns>Its body, until the next call.</returns>
    /// <exception cref="InvalidDataException">It is not a whole answer with status 200.</exception>
    public ReadOnlySpan<byte> Receive()
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
        if (head.IndexOf("\r\nConnection: close\r\n"u8) >= 0)
        {
            Socket.Dispose();
            Socket = Connect(port);
        }

        return _answer.AsSpan(body, end - body);
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = PatienceMilliseconds,
            SendTimeout = PatienceMilliseconds,
        };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private int ReceiveSome(int length)
    {
        var received = length < _answer.Length ? Socket.Receive(_answer.AsSpan(length)) : 0;
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
}
