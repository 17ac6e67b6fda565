using System.Net;
using System.Net.Sockets;
using System.Text;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Node.Ports;

/// <summary>What a port session connects to: a listener of the test on a free loopback port.</summary>
internal sealed class TestTarget : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Socket _closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public TestTarget()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>Nobody listens any more, and nobody else can.</summary>
    public void Close()
    {
        var port = Port;
        _listener.Dispose();
        _closed.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
        _closed.Bind(new IPEndPoint(IPAddress.Loopback, port));
    }

    public async Task<Socket> AcceptAsync() => await _listener.AcceptSocketAsync().WaitAsync(NodeClient.Patience);

    /// <summary>Sends back all that each connection sends, to its end.</summary>
    public async Task EchoAsync()
    {
        await foreach (var socket in _listener.AcceptAllAsync())
            _ = EchoAsync(socket);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _closed.Dispose();
    }

    private static async Task EchoAsync(Socket socket)
    {
        using (socket)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await socket.ReceiveAsync(buffer) is > 0 and var length)
                    await SendAsync(socket, buffer.AsMemory(0, length));
            }
            catch (SocketException)
            {
                // The other side went away.
            }
        }
    }

    public static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
            data = data[await socket.SendAsync(data)..];
    }

    public static async Task<string> ReceiveTextAsync(Socket socket, int count) => Encoding.ASCII.GetString(await ReceiveAsync(socket, count));

    /// <summary>Reads so many bytes, or to the end.</summary>
    public static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        var data = new byte[count];
        var length = 0;
        using var deadline = new CancellationTokenSource(NodeClient.Patience);
        while (length < count && await socket.ReceiveAsync(data.AsMemory(length), deadline.Token) is > 0 and var read)
            length += read;
        return data[..length];
    }
}
