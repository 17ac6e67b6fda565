using System.Net;
using System.Net.Sockets;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Channel;
using SsmSessions.Channel.Smux;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>Our own client of a port session, in a process of its own: as ssh -L it listens on a port, and each connection is a stream.</summary>
internal sealed class ForwardingClient : IDisposable
{
    /// <summary>How a worker of this kind is named.</summary>
    public const string Kind = "forwarding-client";

    private const int ReceiveBytes = 4 * 1024;

    private readonly Worker _worker = new(Kind);

    private ForwardingClient()
    {
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; private set; }

    /// <summary>What it used of the processors so far.</summary>
    public TimeSpan ProcessorTime => _worker.ProcessorTime;

    /// <summary>The worker's side.</summary>
    public static Task<int> ServeAsync() => Worker.ServeAsync<StartedChannel, ForwardOutcome>(OpenAsync);

    /// <summary>Opens the channel of a port session.</summary>
    public static async Task<ForwardingClient> StartAsync(StartedChannel session, CancellationToken cancellationToken)
    {
        var client = new ForwardingClient();
        try
        {
            client.Port = (await client._worker.CarryOutAsync<StartedChannel, ForwardOutcome>(session, cancellationToken)).Port;
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public void Dispose() => _worker.Dispose();

    private static async Task<ForwardOutcome> OpenAsync(StartedChannel session)
    {
        var options = new DataChannelClientOptions { PayloadBytes = (32 * 1024) - AgentMessage.HeaderBytes };
        var client = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token, options);
        await client.WaitUntilReadyAsync();
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = AcceptAsync(listener, client);
        return new ForwardOutcome(((IPEndPoint)listener.LocalEndpoint).Port);
    }

    private static async Task AcceptAsync(TcpListener listener, DataChannelClient client)
    {
        while (true)
        {
            var connection = await listener.AcceptSocketAsync();
            _ = ForwardAsync(connection, await client.OpenStreamAsync());
        }
    }

    private static async Task ForwardAsync(Socket connection, SmuxStream stream)
    {
        using (connection)
        await using (stream)
        {
            try
            {
                await await Task.WhenAny(CopyDownAsync(stream, connection), CopyUpAsync(connection, stream));
            }
            catch (Exception over) when (over is SocketException or IOException or ObjectDisposedException)
            {
                // One side of the connection is gone.
            }
        }
    }

    private static async Task CopyDownAsync(SmuxStream stream, Socket connection)
    {
        while (await stream.ReadAsync(CancellationToken.None) is { IsEmpty: false } data)
        {
            while (!data.IsEmpty)
                data = data[await connection.SendAsync(data)..];
        }
    }

    private static async Task CopyUpAsync(Socket connection, SmuxStream stream)
    {
        var buffer = new byte[ReceiveBytes];
        while (await connection.ReceiveAsync(buffer) is > 0 and var received)
            await stream.WriteAsync(buffer.AsMemory(0, received), CancellationToken.None);
    }

    private sealed record ForwardOutcome(int Port);
}
