using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.DataChannels.Clients;

/// <summary>A local port each of whose connections gets a plain stream of its own, as each ssh starts a plugin of its own.</summary>
internal sealed class PlainBridge : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SessionHost _host;
    private readonly SessionRequest _request;
    private readonly Task _accepting;

    public PlainBridge(SessionHost host, SessionRequest request)
    {
        _host = host;
        _request = request;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var relays = new List<Task>();
        try
        {
            while (true)
                relays.Add(RelayAsync(await _listener.AcceptSocketAsync()));
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(Socket socket)
    {
        using var connection = socket;
        var output = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
        var session = await _host.StartSessionAsync(_request);
        await using var client = await DataChannelClient.ConnectAsync(
            session.StreamUrl, session.Token, OwnClient.Options with { OnOutput = (_, payload) => output.Writer.TryWrite(payload.ToArray()) });
        await client.WaitUntilReadyAsync();
        _ = client.WaitForChannelClosedAsync().ContinueWith(_ => output.Writer.TryComplete(), TaskScheduler.Default);
        var down = DownAsync(socket, output.Reader);
        try
        {
            var buffer = new byte[BufferBytes];
            while (await socket.ReceiveAsync(buffer) is > 0 and var length)
                await client.SendInputAsync(buffer.AsMemory(0, length));
        }
        catch (SocketException)
        {
            // It left without a farewell.
        }

        output.Writer.TryComplete();
        await down;
    }

    private static async Task DownAsync(Socket socket, ChannelReader<byte[]> output)
    {
        try
        {
            await foreach (var chunk in output.ReadAllAsync())
                await socket.SendAsync(chunk);
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // It left.
        }
    }
}
