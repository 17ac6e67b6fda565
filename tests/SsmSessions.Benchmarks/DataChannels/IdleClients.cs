using System.Net.WebSockets;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>Asks for more channels that are opened and left alone.</summary>
/// <param name="Url">The host.</param>
/// <param name="IsBare">It knows websockets and nothing else.</param>
/// <param name="Count">How many.</param>
/// <param name="Probes">How many more are then opened one by one, used, and ended.</param>
internal sealed record IdleOrder(Uri Url, bool IsBare, int Count, int Probes = 0);

/// <summary>They are open.</summary>
/// <param name="Open">How many there are now.</param>
/// <param name="Opened">How long the channels that were used took from StartSession to the end of the handshake, milliseconds.</param>
/// <param name="Echoed">How long a byte took to come back through them, milliseconds.</param>
internal sealed record IdleOutcome(int Open, IReadOnlyList<double> Opened, IReadOnlyList<double> Echoed);

/// <summary>The clients of idle channels, in a process of their own.</summary>
internal static class IdleClients
{
    /// <summary>How a worker of this kind is named.</summary>
    public const string Kind = "idle-clients";

    private const int AtOnce = 32;

    private static readonly List<object> Open = [];
    private static readonly HttpMessageInvoker Invoker = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>The worker's side.</summary>
    public static Task<int> ServeAsync() => Worker.ServeAsync<IdleOrder, IdleOutcome>(OpenAsync);

    private static async Task<IdleOutcome> OpenAsync(IdleOrder order)
    {
        using var api = new ApiClient(order.Url);
        await Parallel.ForEachAsync(Enumerable.Range(0, order.Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) =>
        {
            object client = order.IsBare ? await OpenBareAsync(order.Url) : await OpenChannelAsync(api);
            lock (Open)
                Open.Add(client);
        });
        var probes = new List<ChannelProbe>();
        for (var i = 0; i < order.Probes; i++)
            probes.Add(await ChannelProbe.RunAsync(api, Invoker));
        return new IdleOutcome(Open.Count, [.. probes.Select(probe => probe.Opened)], [.. probes.SelectMany(probe => probe.Echoed)]);
    }

    /// <summary>Starts a session on a node.</summary>
    public static async Task<StartedChannel> StartAsync(ApiClient api, string target = TestServer.Node)
    {
        var (status, body) = await api.CallAsync("StartSession", $$"""{"Target":"{{target}}"}""");
        return StartedChannel.Read(status, body);
    }

    /// <summary>A channel whose handshake is done, all of it acknowledged.</summary>
    private static async Task<DataChannelClient> OpenChannelAsync(ApiClient api)
    {
        var session = await StartAsync(api);
        var client = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token, new DataChannelClientOptions { Invoker = Invoker });
        await client.WaitUntilReadyAsync();
        await client.DrainAsync();
        return client;
    }

    /// <summary>A websocket that has carried a message each way.</summary>
    private static async Task<ClientWebSocket> OpenBareAsync(Uri url)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws" }.Uri, Invoker, CancellationToken.None);
        var message = new byte[128];
        await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        await socket.ReceiveAsync(message, CancellationToken.None);
        return socket;
    }
}
