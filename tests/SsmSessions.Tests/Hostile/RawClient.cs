using System.Net;
using System.Net.Sockets;
using System.Text;
using SsmSessions.Fuzzing.Wire;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Hostile;

/// <summary>A connection that a test writes bytes to as it likes.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;

    private RawClient(Socket socket) => _socket = socket;

    public static CancellationToken Late() => new CancellationTokenSource(Deadline).Token;

    public static IPEndPoint AddressOf(TestServer server) => new(IPAddress.Loopback, server.Url.Port);

    public static async Task<RawClient> ConnectAsync(TestServer server) => new(await LoneBytes.DialAsync(AddressOf(server), Late()));

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => LoneBytes.SendAllAsync(_socket, bytes, Late());

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>All that comes until the server closes; empty when it cuts off.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var all = new StringBuilder();
        var buffer = new byte[4_096];
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(), Late()) is > 0 and var length)
                all.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }
        catch (SocketException)
        {
            // Cut off.
        }

        return all.ToString();
    }

    /// <summary>What comes up to and with a text.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        var all = new StringBuilder();
        var buffer = new byte[4_096];
        while (!all.ToString().Contains(text, StringComparison.Ordinal))
        {
            var length = await _socket.ReceiveAsync(buffer.AsMemory(), Late());
            Assert.True(length > 0, $"the server closed after: {all}");
            all.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }

        return all.ToString();
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
