using System.Collections.Immutable;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;

namespace SsmSessions.Tests.Leases;

/// <summary>What registering, deregistering and reporting do to the catalog (spec/consul-sessions.md §10).</summary>
public sealed class CatalogTests
{
    private const string Id = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
    private const string OtherId = "11111111-2222-3333-4444-555555555555";

    private LeaseState _state = LeaseState.Empty;
    private IReadOnlyList<LeaseTopic> _touched = [];

    [Fact]
    public void A_node_is_registered_with_a_service_and_checks_at_one_index()
    {
        Apply(new RegisterNode("n1", Node("n1"))
        {
            Service = new CatalogService { Id = "web1", Service = "web", Tags = ["a", "b"], Port = 80 },
            Checks = [Check("c1"), Check("c2") with { ServiceId = "WEB1" }],
        });

        var node = _state.Nodes["N1"];
        Assert.Equal(("n1", "10.0.0.1", 2UL, 2UL), (node.Name, node.Address, node.CreateIndex, node.ModifyIndex));
        Assert.Equal((2UL, 2UL), (node.Services["web1"].CreateIndex, node.Services["web1"].ModifyIndex));
        Assert.Equal("", node.Checks["c1"].ServiceName);
        Assert.Equal("web", node.Checks["C2"].ServiceName);
        Assert.Equal(["a", "b"], node.Checks["c2"].ServiceTags);
        Assert.Equal(2UL, _state.CatalogIndex);
        Assert.Equal([LeaseTopic.Catalog], _touched);
    }

    [Fact]
    public void What_says_nothing_new_changes_nothing()
    {
        var again = new RegisterNode("n1", Node("n1") with { Meta = Map("a", "b") })
        {
            Service = new CatalogService { Id = "web", Service = "web", Tags = ["a"], Meta = Map("x", "y") },
            Checks = [Check("c1") with { ServiceId = "web" }],
        };
        Apply(again);
        var before = _state;

        Apply(again with
        {
            NodeName = "N1",
            Node = Node("N1") with { Meta = Map("a", "b") },
            Service = again.Service! with { Tags = ["a"], Meta = Map("x", "y") },
        });

        Assert.Same(before.Nodes, _state.Nodes);
        Assert.Equal((2UL, 3UL), (_state.CatalogIndex, _state.Index));
        Assert.Empty(_touched);
    }

    [Fact]
    public void Each_part_has_its_own_index()
    {
        Apply(new RegisterNode("n1", Node("n1")) { Service = Service("web"), Checks = [Check("c1")] });
        Apply(new RegisterNode("n1", Node("n1")) { Checks = [Check("c1") with { Output = "new" }] });
        Apply(new RegisterNode("n1", Node("n1")) { Service = Service("web") with { Port = 81 } });
        Apply(new RegisterNode("n1", Node("n1") with { Address = "10.0.0.2" }));

        var node = _state.Nodes["n1"];
        Assert.Equal((2UL, 5UL), (node.CreateIndex, node.ModifyIndex));
        Assert.Equal((2UL, 4UL), (node.Services["web"].CreateIndex, node.Services["web"].ModifyIndex));
        Assert.Equal((2UL, 3UL), (node.Checks["c1"].CreateIndex, node.Checks["c1"].ModifyIndex));
        Assert.Equal(5UL, _state.CatalogIndex);
    }

    [Fact]
    public void A_check_without_a_status_is_critical()
    {
        Apply(new RegisterNode("n1", Node("n1")) { Checks = [Check("c1") with { Status = "" }] });
        Assert.Equal("critical", _state.Nodes["n1"].Checks["c1"].Status);
    }

    [Fact]
    public void A_check_of_a_service_that_is_not_there_is_refused_and_nothing_is_registered()
    {
        var outcome = Apply(new RegisterNode("n1", Node("n1")) { Checks = [Check("c1") with { ServiceId = "web" }] });
        Assert.Equal("failed inserting check: Missing service registration on node \"n1\"", outcome.Refusal);
        Assert.Empty(_state.Nodes);
        Assert.Empty(_touched);
    }

    [Fact]
    public void Without_a_node_a_registered_one_stays_as_it_is()
    {
        Apply(new RegisterNode("n1", Node("n1") with { Id = Id }));
        Apply(new RegisterNode("n1", null) { Checks = [Check("c1")] });
        Assert.Equal((Id, "10.0.0.1", 2UL), (_state.Nodes["n1"].Id, _state.Nodes["n1"].Address, _state.Nodes["n1"].ModifyIndex));
        Assert.Equal(3UL, _state.Nodes["n1"].Checks["c1"].CreateIndex);
    }

    [Fact]
    public void A_name_is_kept_from_a_node_of_another_id()
    {
        Apply(new RegisterNode("n1", Node("n1") with { Id = Id }));
        var outcome = Apply(new RegisterNode("N1", Node("N1") with { Id = OtherId }));
        Assert.Equal(
            $"failed inserting node: Error while renaming Node ID: \"{OtherId}\": Node name N1 is reserved by node {Id} with name n1 (10.0.0.1)",
            outcome.Refusal);
        Assert.Equal(Id, _state.Nodes["n1"].Id);
    }

    [Fact]
    public void A_lost_node_gives_up_its_name()
    {
        Apply(new RegisterNode("n1", Node("n1") with { Id = Id }) { Checks = [Check("serfHealth") with { Status = "critical" }] });
        Assert.Null(Apply(new RegisterNode("n1", Node("n1") with { Id = OtherId })).Refusal);
        Assert.Equal(OtherId, _state.Nodes["n1"].Id);
    }

    [Fact]
    public void A_node_without_an_id_may_get_one()
    {
        Apply(new RegisterNode("n1", Node("n1")));
        Apply(new RegisterNode("n1", Node("n1") with { Id = Id }));
        Assert.Equal((Id, 2UL, 3UL), (_state.Nodes["n1"].Id, _state.Nodes["n1"].CreateIndex, _state.Nodes["n1"].ModifyIndex));
    }

    [Fact]
    public void A_known_id_under_another_name_is_a_node_renamed()
    {
        Apply(new RegisterNode("n1", Node("n1") with { Id = Id }) { Checks = [Check("c1")] });
        Apply(new RegisterNode("n2", Node("n2") with { Id = Id.ToUpperInvariant() }));
        var node = Assert.Single(_state.Nodes).Value;
        Assert.Equal(("n2", 2UL, 3UL), (node.Name, node.CreateIndex, node.ModifyIndex));
        Assert.Empty(node.Checks);

        Apply(new RegisterNode("n3", Node("n3")));
        Assert.Equal(
            $"failed inserting node: Error while renaming Node ID: \"{Id}\" (10.0.0.1): Node name n3 is reserved by node  with name n3 (10.0.0.1)",
            Apply(new RegisterNode("n3", Node("n3") with { Id = Id })).Refusal);
    }

    [Fact]
    public void A_member_stays_one_whoever_registers_it()
    {
        Apply(new RegisterNode("n1", Node("n1") with { Carrier = "host" }));
        Apply(new RegisterNode("n1", Node("n1") with { Address = "10.0.0.9" }));
        Assert.Equal("host", _state.Nodes["n1"].Carrier);
        Apply(new RegisterNode("n1", Node("n1") with { Address = "10.0.0.9", Carrier = "other" }));
        Assert.Equal(("other", 3UL), (_state.Nodes["n1"].Carrier, _state.Nodes["n1"].ModifyIndex));
    }

    [Fact]
    public void A_service_goes_with_its_checks()
    {
        Apply(new RegisterNode("n1", Node("n1")) { Service = Service("web"), Checks = [Check("c1"), Check("c2") with { ServiceId = "web" }] });
        Apply(new Deregister("N1", ServiceId: "WEB", CheckId: "c1"));
        Assert.Empty(_state.Nodes["n1"].Services);
        Assert.Equal(["c1"], _state.Nodes["n1"].Checks.Keys);
        Apply(new Deregister("n1", CheckId: "C1"));
        Assert.Empty(_state.Nodes["n1"].Checks);
        Apply(new Deregister("N1"));
        Assert.Empty(_state.Nodes);
        Assert.Equal(5UL, _state.CatalogIndex);
    }

    [Fact]
    public void What_is_not_there_is_deregistered_without_a_trace()
    {
        Apply(new RegisterNode("n1", Node("n1") with { Carrier = "host" }));
        foreach (var command in (Deregister[])[new("n2"), new("n1", ServiceId: "x"), new("n1", CheckId: "x"), new("n1") { Carrier = "other" }])
        {
            Assert.True(Apply(command).Done);
            Assert.Empty(_touched);
        }

        Assert.Equal(2UL, _state.CatalogIndex);
        Assert.Single(_state.Nodes);
    }

    [Fact]
    public void A_report_changes_status_and_output()
    {
        Apply(new RegisterNode("n1", Node("n1")) { Checks = [Check("c1")] });
        Assert.True(Apply(new ReportCheck("N1", "C1", "warning", "hot")).Done);
        var check = _state.Nodes["n1"].Checks["c1"];
        Assert.Equal(("warning", "hot", 2UL, 3UL), (check.Status, check.Output, check.CreateIndex, check.ModifyIndex));
        Assert.Equal(2UL, _state.Nodes["n1"].ModifyIndex);

        Assert.True(Apply(new ReportCheck("n1", "c1", "warning", "hot")).Done);
        Assert.Empty(_touched);
        Assert.Equal(3UL, _state.CatalogIndex);

        Assert.False(Apply(new ReportCheck("n1", "c2", "warning", "")).Done);
        Assert.False(Apply(new ReportCheck("n2", "c1", "warning", "")).Done);
        Assert.False(Apply(new ReportCheck("n1", "c1", "critical", "") { Carrier = "host" }).Done);
        Assert.Equal(3UL, _state.CatalogIndex);
    }

    [Fact]
    public void Names_are_ordered_by_their_lower_case_letters()
    {
        foreach (var name in (string[])["b", "_z", "A"])
            Apply(new RegisterNode(name, Node(name)) { Checks = [Check("serfHealth"), Check("_node_maintenance"), Check("Zeta"), Check("alpha")] });
        Assert.Equal(["_z", "A", "b"], _state.Nodes.Keys);
        Assert.Equal(["_node_maintenance", "alpha", "serfHealth", "Zeta"], _state.Nodes["b"].Checks.Keys);
    }

    [Fact]
    public void A_lease_lives_on_with_a_warning_and_ends_when_one_of_its_checks_is_critical()
    {
        RegisterForLeases();
        Apply(new ReportCheck("n1", "a", "warning", ""));
        Apply(new ReportCheck("n1", "none", "critical", ""));
        Apply(new ReportCheck("n2", "a", "critical", ""));
        Assert.Equal(["1", "2", "3"], _state.Leases.Keys);

        Apply(new ReportCheck("n1", "a", "critical", ""));

        Assert.Equal(["3"], _state.Leases.Keys);
        Assert.Equal((_state.Index, _state.Index), (_state.LeasesIndex, _state.CatalogIndex));
        Assert.Equal(
            [LeaseTopic.Catalog, LeaseTopic.Lease("1"), LeaseTopic.Lease("2"), LeaseTopic.Leases],
            _touched.Distinct().OrderBy(topic => topic.Kind == LeaseTopicKind.Catalog ? "" : $"{topic.Name}~"));
    }

    [Fact]
    public void A_registration_that_makes_a_check_critical_ends_leases()
    {
        RegisterForLeases();
        Apply(new RegisterNode("n1", Node("n1") with { Address = "10.0.0.3" }));
        Assert.Equal(3, _state.Leases.Count);
        Apply(new RegisterNode("N1", null) { Checks = [new CatalogCheck { CheckId = "A" }] });
        Assert.Equal(["3"], _state.Leases.Keys);
    }

    [Fact]
    public void A_lease_ends_with_its_check_also_when_the_service_goes()
    {
        RegisterForLeases();
        Apply(new Deregister("n1", CheckId: "none"));
        Assert.Equal(3, _state.Leases.Count);
        Apply(new Deregister("n1", ServiceId: "web"));
        Assert.Equal(["1", "3"], _state.Leases.Keys);
        Apply(new Deregister("n1", CheckId: "A"));
        Assert.Equal(["3"], _state.Leases.Keys);
    }

    [Fact]
    public void All_leases_of_a_node_end_with_it()
    {
        RegisterForLeases();
        Apply(new Deregister("N1"));
        Assert.Empty(_state.Leases);
        Assert.Equal(_state.Index, _state.LeasesIndex);
    }

    /// <summary>Two nodes of the same checks; on n1 a lease by check a, one by a and a service's check, one without checks.</summary>
    private void RegisterForLeases()
    {
        foreach (var name in (string[])["n1", "n2"])
        {
            Apply(new RegisterNode(name, Node(name))
            {
                Service = Service("web"),
                Checks = [Check("a"), Check("none"), Check("s") with { ServiceId = "web" }],
            });
        }

        Lease[] leases =
        [
            new Lease { Id = "1", Node = "N1", NodeChecks = ["A"] },
            new Lease { Id = "2", Node = "n1", NodeChecks = ["a"], ServiceChecks = [new ServiceCheck("s", "")] },
            new Lease { Id = "3", Node = "n1", NodeChecks = [] },
        ];
        _state = _state with
        {
            Leases = _state.Leases.AddRange(leases.Select(lease => KeyValuePair.Create(lease.Id, lease))),
            LeasesByNode = _state.LeasesByNode.Add("n1", [.. leases.Select(lease => lease.Id)]),
        };
    }

    private LeaseOutcome Apply(LeaseCommand command)
    {
        var step = new LeaseStep(_state, _state.Index + 1, DateTimeOffset.UnixEpoch);
        var outcome = command.Apply(step);
        (_state, _touched) = (step.State, step.Touched);
        return outcome;
    }

    private static CatalogNode Node(string name) => new() { Name = name, Address = "10.0.0.1" };

    private static CatalogService Service(string name) => new() { Id = name, Service = name };

    private static CatalogCheck Check(string id) => new() { CheckId = id, Name = id, Status = "passing" };

    private static ImmutableSortedDictionary<string, string> Map(string key, string value) =>
        ImmutableSortedDictionary<string, string>.Empty.Add(key, value);
}
