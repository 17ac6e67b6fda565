using SsmSessions.Core.Documents;
using SsmSessions.Node;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Tests.Node;

/// <summary>A client of a multiplexed port session, as the plugin is one, over a link in memory.</summary>
internal sealed class StreamsClient : IAsyncDisposable
{
    private readonly MemoryLink _down = new();
    private readonly MemoryLink _up = new();

    private StreamsClient(INode node, string properties, string version)
    {
        Session = node.Open(NodeClient.Plan(SessionType.Port, properties), _down);
        Client = new DataChannelClient(_up, new DataChannelClientOptions { ClientVersion = version, PayloadBytes = 32 * 1024 });
        _down.DeliverTo(Client.ReceiveAsync);
        _up.DeliverTo(Session.ReceiveAsync);
        Session.Start();
    }

    public INodeSession Session { get; }

    public DataChannelClient Client { get; }

    public static async Task<StreamsClient> StartAsync(INode node, int port, string version = "1.2.677.0")
    {
        var client = new StreamsClient(node, $$"""{"portNumber":"{{port}}","type":"LocalPortForwarding"}""", version);
        await client.Client.WaitUntilReadyAsync();
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        await Client.DisposeAsync();
        await _up.DisposeAsync();
        await _down.DisposeAsync();
    }
}
