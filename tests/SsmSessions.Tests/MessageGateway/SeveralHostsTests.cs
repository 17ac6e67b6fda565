using SsmSessions.Core.Hosts;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;
using SsmSessions.Testing.Store;

namespace SsmSessions.Tests.MessageGateway;

/// <summary>Three hosts on one table: a session started on any of them opens through any of them.</summary>
public sealed class SeveralHostsTests : IAsyncLifetime
{
    private static readonly string[] Names = ["a", "b", "c"];

    private readonly SqliteTable _table = new(new SqliteTableOptions(), TimeProvider.System);
    private readonly List<TestServer> _hosts = [];

    public async ValueTask InitializeAsync()
    {
        await _table.OpenAsync(default);
        foreach (var name in Names)
            _hosts.Add(await StartAsync(name));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_hosts.Select(host => host.DisposeAsync().AsTask()));
        await _table.DisposeAsync();
    }

    [Fact]
    public async Task A_session_started_on_any_host_opens_through_any_host()
    {
        foreach (var starter in _hosts)
        {
            foreach (var door in _hosts)
            {
                var session = await starter.StartChannelAsync();
                await using var client = await DataChannelClient.ConnectAsync(Through(door, session.StreamUrl), session.Token);
                await client.WaitUntilReadyAsync();
                await client.SendInputAsync("hello");
                await client.ReadUntilAsync("hello");
                await client.SendInputAsync("\rexit\r");
                Assert.Equal("", await client.WaitForChannelClosedAsync());
                Assert.Equal("Terminated", await door.StatusAsync(session.Id));
            }
        }
    }

    [Fact]
    public async Task A_session_resumes_through_another_host_than_it_was_opened_through()
    {
        var session = await _hosts[0].StartChannelAsync();
        await using var client = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token);
        await client.WaitUntilReadyAsync();
        await client.SendInputAsync("one.");
        await client.ReadUntilAsync("one.");
        foreach (var door in (TestServer[])[_hosts[1], _hosts[2], _hosts[0]])
        {
            client.Abort();
            await client.SendInputAsync("two.");
            await _hosts[2].WaitForStatusAsync(session.Id, "Disconnected");
            var resumed = await door.ResumeSessionAsync(session.Id);
            await client.ReopenAsync(Through(door, resumed.StreamUrl), resumed.Token);
            await client.ReadUntilAsync("two.");
        }

        Assert.Equal("one.two.two.two.", client.OutputText);
    }

    [Fact]
    public async Task Another_host_ends_it()
    {
        var session = await _hosts[0].StartChannelAsync();
        await using var client = await DataChannelClient.ConnectAsync(Through(_hosts[1], session.StreamUrl), session.Token);
        await client.WaitUntilReadyAsync();
        await _hosts[2].CallAsync("TerminateSession", $$"""{"SessionId":"{{session.Id}}"}""");
        Assert.Equal("", await client.WaitForChannelClosedAsync());
        await _hosts[1].WaitForStatusAsync(session.Id, "Terminated");
    }

    [Fact]
    public async Task A_refusal_comes_through_another_host_as_it_is()
    {
        var session = await _hosts[0].StartChannelAsync();
        await using var client = await DataChannelClient.ConnectAsync(Through(_hosts[1], session.StreamUrl), "wrong");
        Assert.Equal(
            "The token is not valid: it is not the latest one of this session, was used, or has expired.", await client.WaitForChannelClosedAsync());
        Assert.Equal(System.Net.WebSockets.WebSocketCloseStatus.PolicyViolation, (await client.WaitForSocketEndAsync()).Status);
    }

    [Fact]
    public async Task A_node_of_one_host_is_opened_through_the_others()
    {
        using var added = await _hosts[1].Http.PostAsync(
            new Uri("/_ssm-sessions/nodes", UriKind.Relative), new StringContent("""{"id":"i-00000000000000009","kind":"echo"}"""));
        Assert.Equal(System.Net.HttpStatusCode.NoContent, added.StatusCode);
        var session = await _hosts[0].StartChannelAsync(target: "i-00000000000000009");
        await using var client = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token);
        await client.WaitUntilReadyAsync();
        await client.SendInputAsync("hello");
        await client.ReadUntilAsync("hello");
    }

    [Fact]
    public async Task A_node_of_a_host_that_has_just_come_is_opened_through_the_others()
    {
        _ = await _hosts[1].Service<HostDirectory>().LiveAsync(fresh: true, default);
        _hosts.Add(await StartAsync("d", "i-0000000000000000d"));
        var session = await _hosts[0].StartChannelAsync(target: "i-0000000000000000d");
        await using var client = await DataChannelClient.ConnectAsync(Through(_hosts[1], session.StreamUrl), session.Token);
        await client.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task A_proof_of_being_a_host_is_not_to_be_had_by_asking()
    {
        var session = await _hosts[0].StartChannelAsync();
        var options = new DataChannelClientOptions
        {
            UpgradeHeaders = new Dictionary<string, string>
            {
                ["X-Ssm-Sessions-Peer"] = $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}.{new string('0', 64)}",
            },
        };
        // Were it believed, this host would look for the channel at itself and lose the session.
        await using var client = await DataChannelClient.ConnectAsync(Through(_hosts[1], session.StreamUrl), session.Token, options);
        await client.WaitUntilReadyAsync();
    }

    private static Uri Through(TestServer door, Uri streamUrl) => new UriBuilder(streamUrl) { Port = door.Url.Port }.Uri;

    private async Task<TestServer> StartAsync(string name, string node = TestServer.Node)
    {
        var port = FreePort.Next();
        return await TestServer.StartAsync(
            table: new SharedTable(_table),
            port: port,
            configure: options =>
            {
                options.HostName = name;
                options.PeerUrl = $"http://127.0.0.1:{port}";
                options.Nodes.Clear();
                options.Nodes.Add(new HostedNode(node, NodeKind.Echo));
            });
    }
}
