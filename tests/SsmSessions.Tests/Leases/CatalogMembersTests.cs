using SsmSessions.Core.Hosts;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Store;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.Store;

namespace SsmSessions.Tests.Leases;

/// <summary>Hosts and their nodes as members of the catalog.</summary>
public sealed class CatalogMembersTests : IAsyncLifetime
{
    private const string Node = "i-00000000000000001";
    private const string OtherNode = "i-00000000000000002";

    private readonly ManualTimeProvider _clock = new();
    private readonly SqliteTable _table = new(new SqliteTableOptions(), TimeProvider.System);
    private readonly List<Host> _hosts = [];

    public async ValueTask InitializeAsync() => await _table.OpenAsync(default);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        await _table.DisposeAsync();
    }

    [Fact]
    public async Task A_live_host_is_a_member_and_so_are_the_nodes_that_it_carries()
    {
        var host = await StartAsync("a", [new(Node, NodeKind.Echo)], peerUrl: "http://10.0.0.7:4580");
        var state = host.Registry.Known;

        Assert.Equal(["a", Node], state.Nodes.Keys);
        foreach (var name in (string[])["a", Node])
        {
            var member = state.Nodes[name];
            Assert.Equal((name, "10.0.0.7", "a"), (member.Name, member.Address, member.Carrier));
            Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", member.Id);
            Assert.Equal(["lan", "lan_ipv4", "wan", "wan_ipv4"], member.TaggedAddresses!.Keys);
            var check = Assert.Single(member.Checks).Value;
            Assert.Equal(
                ("serfHealth", "Serf Health Status", "passing", "Agent alive and reachable"),
                (check.CheckId, check.Name, check.Status, check.Output));
        }

        Assert.Equal(["consul"], state.Nodes["a"].Services.Keys);
        Assert.Empty(state.Nodes[Node].Services);
        Assert.NotEqual(state.Nodes["a"].Id, state.Nodes[Node].Id);
    }

    [Fact]
    public async Task Only_nodes_of_the_datacenter_are_shown()
    {
        var tenant = LeaseRegistry.Tenant;
        var host = await StartAsync(
            "a",
            [
                new(HostedNode.Any, NodeKind.Echo),
                new(Node, NodeKind.Echo, tenant.ToString()),
                new(OtherNode, NodeKind.Echo, (tenant with { Region = "eu-west-1" }).ToString()),
                new("ecs:c_0123456789abcdef0123456789abcdef_0123456789abcdef0123456789abcdef-1", NodeKind.Echo),
            ]);
        Assert.Equal(["a", Node], host.Registry.Known.Nodes.Keys);
    }

    [Fact]
    public async Task What_is_known_is_not_said_again()
    {
        var a = await StartAsync("a", [new(Node, NodeKind.Echo)]);
        var b = await StartAsync("b", [new(Node, NodeKind.Echo)]);
        var index = (await b.Registry.ReadAsync(default)).Index;
        for (var round = 0; round < 10; round++)
        {
            await AllBeatAsync(TimeSpan.FromSeconds(1));
            await a.Members.RefreshAsync(default);
            await b.Members.RefreshAsync(default);
        }

        Assert.Equal(index, (await a.Registry.ReadAsync(default)).Index);
        Assert.Equal("a", a.Registry.Known.Nodes[Node].Carrier);
    }

    [Fact]
    public async Task A_deregistered_member_comes_back_without_its_leases()
    {
        var host = await StartAsync("a", [new(Node, NodeKind.Echo)]);
        await AddLeaseAsync(host, Node);
        await host.Registry.ApplyAsync(new Deregister(Node), CancellationToken.None);
        Assert.Empty(host.Registry.Known.Leases);

        await host.Members.RefreshAsync(default);
        Assert.Equal("passing", SerfHealth(host, Node)?.Status);
    }

    [Fact]
    public async Task What_somebody_else_says_of_a_member_is_put_right_and_what_he_adds_stays()
    {
        var host = await StartAsync("a", []);
        var (id, lease) = (host.Registry.Known.Nodes["a"].Id, await AddLeaseAsync(host, "a"));
        await host.Registry.ApplyAsync(
            new RegisterNode("a", new CatalogNode { Name = "a", Address = "10.9.9.9" }) { Checks = [new CatalogCheck { CheckId = "own" }] },
            CancellationToken.None);
        Assert.Equal("10.9.9.9", host.Registry.Known.Nodes["a"].Address);

        await host.Members.RefreshAsync(default);
        var node = host.Registry.Known.Nodes["a"];
        Assert.Equal((id, "127.0.0.1"), (node.Id, node.Address));
        Assert.Equal(["own", "serfHealth"], node.Checks.Keys);
        Assert.NotNull(host.Registry.Known.FindLease(lease));
    }

    [Fact]
    public async Task A_node_that_is_nobodys_is_left_alone()
    {
        var host = await StartAsync("a", []);
        var check = new CatalogCheck { CheckId = "serfHealth", Status = "passing" };
        await host.Registry.ApplyAsync(
            new RegisterNode("external", new CatalogNode { Name = "external", Address = "10.0.0.1" }) { Checks = [check] },
            CancellationToken.None);
        _clock.Advance(TimeSpan.FromDays(30));
        await host.Membership.BeatAsync(default);
        await host.Members.RefreshAsync(default);
        Assert.Equal("passing", SerfHealth(host, "external")?.Status);
    }

    [Fact]
    public async Task A_host_that_dies_turns_critical_with_its_nodes_and_its_leases_end()
    {
        var a = await StartAsync("a", []);
        var b = await StartAsync("b", [new(Node, NodeKind.Echo)]);
        await a.Members.RefreshAsync(default);
        var onNode = await AddLeaseAsync(b, Node);
        var onHost = await AddLeaseAsync(b, "b");

        await BeatAsync(TimeSpan.FromSeconds(5.5), a);
        await a.Members.RefreshAsync(default);
        Assert.NotNull((await a.Registry.ReadAsync(default)).FindLease(onHost));

        await BeatAsync(TimeSpan.FromSeconds(1), a);
        await a.Members.RefreshAsync(default);
        foreach (var name in (string[])["b", Node])
            Assert.Equal(("critical", "Agent not live or unreachable"), (SerfHealth(a, name)?.Status, SerfHealth(a, name)?.Output));
        Assert.Null(a.Registry.Known.FindLease(onNode));
        Assert.Null(a.Registry.Known.FindLease(onHost));

        // Once it is buried, too.
        await a.Directory.RemoveAsync("b", default);
        await BeatAsync(TimeSpan.FromSeconds(10), a);
        await a.Members.RefreshAsync(default);
        Assert.Equal("critical", SerfHealth(a, "b")?.Status);

        await b.Membership.BeatAsync(default);
        await b.Members.RefreshAsync(default);
        Assert.Equal("passing", SerfHealth(b, "b")?.Status);
        Assert.Equal("passing", SerfHealth(b, Node)?.Status);
    }

    [Fact]
    public async Task A_node_of_several_hosts_lives_as_long_as_one_of_them()
    {
        var b = await StartAsync("b", [new(Node, NodeKind.Echo)]);
        var a = await StartAsync("a", [new(Node, NodeKind.Echo)]);
        await a.Members.RefreshAsync(default);
        Assert.Equal("b", a.Registry.Known.Nodes[Node].Carrier);
        var lease = await AddLeaseAsync(a, Node);

        await BeatAsync(TimeSpan.FromSeconds(5), a);
        await BeatAsync(TimeSpan.FromSeconds(2), a);
        await a.Members.RefreshAsync(default);
        Assert.Equal("critical", SerfHealth(a, "b")?.Status);
        Assert.Equal(("a", "passing"), (a.Registry.Known.Nodes[Node].Carrier, SerfHealth(a, Node)?.Status));
        Assert.NotNull(a.Registry.Known.FindLease(lease));

        await b.Membership.BeatAsync(default);
        await b.Members.RefreshAsync(default);
        await a.Membership.RemoveNodeAsync(Node, null, default);
        await a.Members.RefreshAsync(default);
        Assert.NotNull(a.Registry.Known.FindLease(lease));
        await b.Members.RefreshAsync(default);
        Assert.Equal(("b", "passing"), (b.Registry.Known.Nodes[Node].Carrier, SerfHealth(b, Node)?.Status));
        Assert.NotNull(b.Registry.Known.FindLease(lease));
    }

    [Fact]
    public async Task A_removed_node_is_deregistered_and_its_leases_end()
    {
        var host = await StartAsync("a", [new(Node, NodeKind.Echo)]);
        await AddLeaseAsync(host, Node);
        var kept = await AddLeaseAsync(host, "a");
        await host.Membership.RemoveNodeAsync(Node, null, default);
        await host.Members.RefreshAsync(default);
        Assert.Equal(["a"], host.Registry.Known.Nodes.Keys);
        Assert.Equal([kept], host.Registry.Known.Leases.Keys);
    }

    [Fact]
    public async Task A_registered_node_that_loses_its_connection_is_lost_and_not_gone()
    {
        var host = await StartAsync("a", [new(Node, NodeKind.Agent)]);
        await host.Nodes.TryAddAsync(new ManagedNode(LeaseRegistry.Tenant, Node), default);
        await AddLeaseAsync(host, Node);
        await host.Membership.RemoveNodeAsync(Node, null, default);
        await host.Members.RefreshAsync(default);
        Assert.Equal("critical", SerfHealth(host, Node)?.Status);
        Assert.Empty(host.Registry.Known.Leases);

        await host.Membership.AddNodeAsync(new(Node, NodeKind.Agent), default);
        await host.Members.RefreshAsync(default);
        Assert.Equal("passing", SerfHealth(host, Node)?.Status);
    }

    [Fact]
    public async Task A_host_that_leaves_is_deregistered_unless_it_comes_back_soon()
    {
        var a = await StartAsync("a", []);
        var b = await StartAsync("b", [new(Node, NodeKind.Echo)]);
        await AddLeaseAsync(b, "b");
        await AddLeaseAsync(b, Node);

        await b.Membership.LeaveAsync(default);
        await a.Members.RefreshAsync(default);
        await BeatAsync(TimeSpan.FromSeconds(5), a);
        await a.Members.RefreshAsync(default);
        await b.Membership.BeatAsync(default);
        await a.Members.RefreshAsync(default);
        Assert.Equal(2, a.Registry.Known.Leases.Count);

        await b.Membership.LeaveAsync(default);
        await a.Members.RefreshAsync(default);
        await BeatAsync(TimeSpan.FromSeconds(6), a);
        await a.Members.RefreshAsync(default);
        Assert.Equal(["a"], a.Registry.Known.Nodes.Keys);
        Assert.Empty(a.Registry.Known.Leases);
    }

    [Fact]
    public async Task A_lost_member_is_forgotten_after_three_days()
    {
        var a = await StartAsync("a", []);
        var b = await StartAsync("b", []);
        await a.Members.RefreshAsync(default);
        await BeatAsync(TimeSpan.FromSeconds(7), a);
        await a.Members.RefreshAsync(default);
        await a.Members.RefreshAsync(default);
        await BeatAsync(TimeSpan.FromHours(71.9), a);
        await a.Members.RefreshAsync(default);
        Assert.Equal("critical", SerfHealth(a, "b")?.Status);
        await BeatAsync(TimeSpan.FromHours(0.2), a);
        await a.Members.RefreshAsync(default);
        Assert.Equal(["a"], a.Registry.Known.Nodes.Keys);
        await b.Membership.BeatAsync(default);
    }

    [Fact]
    public async Task A_host_that_slept_judges_nobody()
    {
        var a = await StartAsync("a", []);
        await StartAsync("b", []);
        await a.Members.RefreshAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(20));
        await a.Members.RefreshAsync(default);
        Assert.Equal("passing", SerfHealth(a, "b")?.Status);
    }

    [Fact]
    public async Task Leases_of_a_host_of_its_own_survive_its_restart()
    {
        var first = await StartAsync("a", [new(Node, NodeKind.Echo)], shared: false);
        var (onHost, onNode) = (await AddLeaseAsync(first, "a"), await AddLeaseAsync(first, Node));
        await first.Membership.LeaveAsync(default);
        await StopAsync(first);

        var second = await StartAsync("a", [new(Node, NodeKind.Echo)], shared: false);
        Assert.Equal(new HashSet<string> { onHost, onNode }, second.Registry.Known.Leases.Keys.ToHashSet());
    }

    [Fact]
    public async Task On_a_table_of_its_own_a_host_of_another_name_is_gone()
    {
        var first = await StartAsync("a", [new(Node, NodeKind.Echo), new(OtherNode, NodeKind.Echo)], shared: false);
        var (_, kept, _) = (await AddLeaseAsync(first, "a"), await AddLeaseAsync(first, Node), await AddLeaseAsync(first, OtherNode));
        await StopAsync(first);

        var second = await StartAsync("b", [new(Node, NodeKind.Echo)], shared: false);
        Assert.Equal(["b", Node], second.Registry.Known.Nodes.Keys);
        Assert.Equal([kept], second.Registry.Known.Leases.Keys);
    }

    private static CatalogCheck? SerfHealth(Host host, string node) =>
        host.Registry.Known.Nodes.GetValueOrDefault(node)?.Checks.GetValueOrDefault("serfHealth");

    private static async Task<string> AddLeaseAsync(Host host, string node)
    {
        var id = Guid.NewGuid().ToString();
        var lease = new Lease { Id = id, Node = node, NodeChecks = ["serfHealth"] };
        var outcome = await host.Registry.ApplyAsync(new CreateLease(lease), CancellationToken.None);
        Assert.True(outcome.Done, outcome.Refusal);
        return id;
    }

    /// <summary>Time passes, at the end of which this host gives a sign of life, as it did in time for some seconds before: else it may judge nobody.</summary>
    private async Task BeatAsync(TimeSpan after, Host host)
    {
        var step = TimeSpan.FromSeconds(2);
        for (var left = after; left > TimeSpan.Zero;)
        {
            var next = left > 6 * step ? left - (5 * step) : left > step ? step : left;
            _clock.Advance(next);
            await host.Membership.BeatAsync(default);
            left -= next;
        }
    }

    private async Task AllBeatAsync(TimeSpan after)
    {
        _clock.Advance(after);
        foreach (var host in _hosts)
            await host.Membership.BeatAsync(default);
    }

    private async Task<Host> StartAsync(string name, HostedNode[] nodes, string? peerUrl = null, bool shared = true)
    {
        var host = new Host(shared ? new SharedTable(_table) : _table, _clock, name, peerUrl, nodes);
        _hosts.Add(host);
        await host.Registry.OpenAsync(default);
        await host.Membership.JoinAsync(default);
        await host.Members.RefreshAsync(default);
        return host;
    }

    private async Task StopAsync(Host host)
    {
        _hosts.Remove(host);
        await host.DisposeAsync();
    }

    private sealed class Host : IAsyncDisposable
    {
        public Host(ITable table, TimeProvider clock, string name, string? peerUrl, HostedNode[] nodes)
        {
            Directory = new HostDirectory(table, clock);
            Membership = new HostMembership(Directory, table, clock, name, peerUrl, nodes);
            Registry = new LeaseRegistry(table, TimeProvider.System, TimeProvider.System);
            Nodes = new NodeRepository(table);
            Members = new LeaseMembers(Registry, Membership, Directory, Nodes, table, clock);
        }

        public HostDirectory Directory { get; }

        public HostMembership Membership { get; }

        public LeaseRegistry Registry { get; }

        public NodeRepository Nodes { get; }

        public LeaseMembers Members { get; }

        public async ValueTask DisposeAsync()
        {
            Members.Dispose();
            Membership.Dispose();
            await Registry.DisposeAsync();
        }
    }
}
