using SsmSessions.Core.Hosts;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Nodes;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.Store;

namespace SsmSessions.Tests.Consul;

/// <summary>Hosts on one table as nodes of Consul.</summary>
public sealed class CatalogHostsTests : IAsyncLifetime
{
    private const string Added = "i-00000000000000009";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly SqliteTable _table = new(new SqliteTableOptions(), TimeProvider.System);
    private readonly List<TestServer> _hosts = [];

    public async ValueTask InitializeAsync() => await _table.OpenAsync(default);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        await _table.DisposeAsync();
    }

    [Fact]
    public async Task Each_host_is_a_node_for_all_of_them()
    {
        var (a, b) = (await StartAsync("a"), await StartAsync("b", "http://10.1.1.1:4580"));
        var nodes = await a.GetAsync("/v1/catalog/nodes");
        Assert.Equal(nodes, await b.GetAsync("/v1/catalog/nodes"));
        foreach (var name in (string[])["a", "b", TestServer.Node])
            Assert.Contains($"\"Node\":\"{name}\"", nodes, StringComparison.Ordinal);
        Assert.Contains("\"NodeName\":\"b\"", await b.GetAsync("/v1/agent/self"), StringComparison.Ordinal);
        Assert.Equal("\"127.0.0.1:8300\"", await b.GetAsync("/v1/status/leader"));
        Assert.Equal("""["127.0.0.1:8300","10.1.1.1:8300"]""", await a.GetAsync("/v1/status/peers"));

        var session = await b.CreateSessionAsync();
        Assert.Contains("\"Node\":\"b\"", await a.GetAsync("/v1/session/info/" + session), StringComparison.Ordinal);
        Assert.True(await b.LivesAsync(await a.CreateSessionAsync("""{"Node":"b"}""")));
    }

    [Fact]
    public async Task One_who_waits_at_one_host_learns_what_is_registered_at_another()
    {
        var (a, b) = (await StartAsync("a"), await StartAsync("b"));
        var index = (await a.ConsulAsync("GET", "/v1/catalog/nodes")).Index;
        var waiting = a.GetAsync($"/v1/catalog/nodes?index={index}&wait=60s");
        await b.PutAsync("/v1/catalog/register", """{"Node":"n1","Address":"a"}""");
        Assert.Contains("\"Node\":\"n1\"", await waiting.WaitAsync(Soon), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_removed_takes_its_sessions_along_within_a_second()
    {
        var (a, b) = (await StartAsync("a"), await StartAsync("b"));
        using var added = await a.Http.PostAsync(
            new Uri("/_ssm-sessions/nodes", UriKind.Relative), new StringContent($$"""{"id":"{{Added}}","kind":"echo"}"""));
        await Eventually.IsTrueAsync(async () => await b.GetAsync("/v1/catalog/node/" + Added) != "null", Soon);
        var session = await b.CreateSessionAsync($$"""{"Node":"{{Added}}","LockDelay":"0s"}""");
        Assert.Equal("true", await b.PutAsync("/v1/kv/lock?acquire=" + session, "x"));

        using var removed = await a.Http.DeleteAsync(new Uri("/_ssm-sessions/nodes/" + Added, UriKind.Relative));
        await Eventually.IsTrueAsync(async () => !await b.LivesAsync(session), TimeSpan.FromSeconds(1));
        Assert.Equal("null", await b.GetAsync("/v1/catalog/node/" + Added));
        Assert.DoesNotContain("Session", await a.GetAsync("/v1/kv/lock"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_dies_turns_critical_and_its_sessions_end()
    {
        var a = await StartAsync("a");
        await JoinAndDieAsync("dead");
        var onHost = await a.CreateSessionAsync("""{"Node":"dead"}""");
        var onNode = await a.CreateSessionAsync($$"""{"Node":"{{Added}}"}""");
        var own = await a.CreateSessionAsync();

        await Eventually.IsTrueAsync(async () => !await a.LivesAsync(onHost) && !await a.LivesAsync(onNode), Soon);
        var critical = await a.GetAsync("/v1/health/state/critical");
        foreach (var node in (string[])["dead", Added])
        {
            Assert.Contains(
                $"\"Node\":\"{node}\",\"CheckID\":\"serfHealth\",\"Name\":\"Serf Health Status\",\"Status\":\"critical\",\"Notes\":\"\",\"Output\":\"Agent not live or unreachable\"",
                critical,
                StringComparison.Ordinal);
        }

        Assert.Contains("\"Name\":\"dead\",\"Addr\":\"127.0.0.1\"", await a.GetAsync("/v1/agent/members"), StringComparison.Ordinal);
        Assert.True(await a.LivesAsync(own));
        var create = await a.ConsulAsync("PUT", "/v1/session/create", """{"Node":"dead"}""");
        Assert.Equal((500, "apply failed: Check 'serfHealth' is in critical state"), (create.Status, create.Body));

        // It stays so when it is buried: whoever died has not left.
        await Eventually.IsTrueAsync(async () => await a.Service<HostDirectory>().FindAsync("dead", default) is null, Soon);
        Assert.Contains("\"Node\":\"dead\"", await a.GetAsync("/v1/health/state/critical"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_leaves_is_deregistered()
    {
        var (a, b) = (await StartAsync("a"), await StartAsync("b"));
        var session = await b.CreateSessionAsync();
        var shared = await b.CreateSessionAsync($$"""{"Node":"{{TestServer.Node}}"}""");
        _hosts.Remove(b);
        await b.DisposeAsync();
        await Eventually.IsTrueAsync(async () => await a.GetAsync("/v1/catalog/node/b") == "null", Soon);
        Assert.False(await a.LivesAsync(session));
        Assert.True(await a.LivesAsync(shared));
    }

    private async Task<TestServer> StartAsync(string name, string? peerUrl = null)
    {
        var host = await TestServer.StartAsync(table: new SharedTable(_table), configure: options =>
        {
            options.HostName = name;
            options.PeerUrl = peerUrl;
        });
        _hosts.Add(host);
        return host;
    }

    /// <summary>A host that joined and said which node it carries, and of which nothing is heard any more.</summary>
    private async Task JoinAndDieAsync(string name)
    {
        var table = new SharedTable(_table);
        var directory = new HostDirectory(table, TimeProvider.System);
        using var host = new HostMembership(directory, table, TimeProvider.System, name, peerUrl: null, [new HostedNode(Added, NodeKind.Echo)]);
        await using var registry = new LeaseRegistry(table, TimeProvider.System, TimeProvider.System);
        using var members = new LeaseMembers(registry, host, directory, new NodeRepository(table), table, TimeProvider.System);
        await registry.OpenAsync(default);
        await host.JoinAsync(default);
        await members.RefreshAsync(default);
    }
}
