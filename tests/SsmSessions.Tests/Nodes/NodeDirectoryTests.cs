using SsmSessions.Core.Hosts;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Tags;

namespace SsmSessions.Tests.Nodes;

public sealed class NodeDirectoryTests
{
    [Fact]
    public async Task Registered_and_carried_nodes_are_one_list()
    {
        await using var world = await NodeWorld.OpenAsync();
        await CarryAsync(world, "i-00000000000000002", "i-00000000", "i-00000000000000009");
        foreach (var id in new[] { "i-00000000000000001", "i-00000000000000002", "i-00000000000000003" })
            await world.Agents.ReportAsync(NodeWorld.Alice, id, new AgentReport { ComputerName = id }, default);

        var nodes = new List<ListedNode>();
        for (string? after = null; ;)
        {
            var page = await world.Directory.ListAsync(NodeWorld.Tenant, NodeFilter.None, after, 2, default);
            Assert.InRange(page.Nodes.Count, 1, 2);
            nodes.AddRange(page.Nodes);
            if (page.Next is null)
                break;
            after = page.Next;
        }

        Assert.Equal(
            ["i-00000000", "i-00000000000000001", "i-00000000000000002", "i-00000000000000003", "i-00000000000000009"],
            nodes.Select(node => node.Id));
        // What its own agent said of a carried node counts more than what is known of the host.
        Assert.Equal("i-00000000000000002", nodes[2].Node.Report.ComputerName);
        Assert.Equal(HostMachine.Current.ComputerName, nodes[0].Node.Report.ComputerName);
    }

    [Fact]
    public async Task A_filter_looks_at_a_thousand_nodes_a_call_and_goes_on_from_there()
    {
        await using var world = await NodeWorld.OpenAsync();
        for (var i = 0; i < 2_100; i++)
            await world.Agents.ReportAsync(NodeWorld.Alice, $"i-{i:x17}", new AgentReport { AgentVersion = i == 2_050 ? "3.3.2.0" : "3.3.1.0" }, default);
        var filter = new NodeFilter([new NodeCondition(NodeProperty.AgentVersion, NodeOperator.Equal, ["3.3.2.0"])]);

        var calls = 0;
        var found = new List<string>();
        for (string? after = null; ;)
        {
            var page = await world.Directory.ListAsync(NodeWorld.Tenant, filter, after, 50, default);
            calls++;
            found.AddRange(page.Nodes.Select(node => node.Id));
            if (page.Next is null)
                break;
            Assert.True(string.CompareOrdinal(page.Next, after) > 0);
            after = page.Next;
        }

        Assert.Equal([$"i-{2_050:x17}"], found);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Tags_are_matched_across_many_nodes()
    {
        await using var world = await NodeWorld.OpenAsync();
        var activation = await world.ActivateAsync(60);
        var nodes = new List<string>();
        for (var i = 0; i < 60; i++)
            nodes.Add((await world.RegisterAsync(activation)).Id);
        nodes.Sort(StringComparer.Ordinal);
        foreach (var id in nodes.Where((_, i) => i % 7 == 0))
            await world.Tags.ChangeAsync(NodeWorld.Tenant, new TaggedResource(TaggedResource.ManagedInstance, id), tags => tags["team"] = "blue", default);
        var filter = new NodeFilter([new NodeCondition(NodeProperty.TagValue, NodeOperator.Equal, ["blue"]) { TagKey = "team" }]);

        var first = await world.Directory.ListAsync(NodeWorld.Tenant, filter, after: null, 5, default);
        var second = await world.Directory.ListAsync(NodeWorld.Tenant, filter, first.Next, 5, default);

        Assert.Equal(nodes.Where((_, i) => i % 7 == 0), first.Nodes.Concat(second.Nodes).Select(node => node.Id));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task A_real_agents_own_pings_say_how_it_is()
    {
        const string Id = "i-00000000000000001";
        await using var world = await NodeWorld.OpenAsync();
        await world.Hosts.PublishAsync(new HostRecord("host", "run", [new HostedNode(Id, NodeKind.Agent)], PeerUrl: null, Heartbeat: 0), default);

        Assert.Null(await world.Directory.FindAsync(NodeWorld.Tenant, Id, default));
        await world.Agents.ReportAsync(NodeWorld.Alice, Id, new AgentReport(), default);
        world.Time.Advance(TimeSpan.FromMinutes(13));

        Assert.Equal(PingStatus.ConnectionLost, (await world.Directory.FindAsync(NodeWorld.Tenant, Id, default))!.PingStatus);
    }

    private static Task CarryAsync(NodeWorld world, params IReadOnlyList<string> ids) => world.Hosts.PublishAsync(
        new HostRecord("host", "run", [.. ids.Select(id => new HostedNode(id, NodeKind.Echo))], PeerUrl: null, Heartbeat: 0), default);
}
