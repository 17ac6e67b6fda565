using SsmSessions.Core;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Tags;

namespace SsmSessions.Tests.Nodes;

public sealed class NodeEnrollmentTests
{
    [Fact]
    public async Task Machines_that_register_at_once_never_exceed_the_limit()
    {
        const int Limit = 5;
        await using var world = await NodeWorld.OpenAsync();
        var activation = await world.ActivateAsync(Limit);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    await world.RegisterAsync(activation);
                    return (Refusal?)null;
                }
                catch (RefusedException refused) when (refused.Refusal != Refusal.TooManyUpdates)
                {
                    return refused.Refusal;
                }
                catch (RefusedException)
                {
                    // As agents do: TooManyUpdates is the one refusal that they retry.
                }
            }
        })));

        Assert.Equal(Limit, outcomes.Count(refusal => refusal is null));
        Assert.All(outcomes.Where(refusal => refusal is not null), refusal => Assert.Equal(Refusal.RegistrationLimitExceeded, refusal));
        Assert.Equal(Limit, await world.Nodes.CountHybridAsync(NodeWorld.Tenant, default));
        Assert.Equal(Limit, (await world.Nodes.ListAsync(NodeWorld.Tenant, after: null, 100, default)).Count);
        var page = await world.Activations.ListAsync(NodeWorld.Tenant, new ActivationFilter(), after: null, 10, default);
        Assert.Equal(Limit, Assert.Single(page.Activations).RegistrationsCount);
    }

    [Fact]
    public async Task The_standard_tier_has_room_for_a_thousand_nodes_and_is_not_gone_back_to_with_more()
    {
        const string Tier = "/ssm/managed-instance/activation-tier";
        await using var world = await NodeWorld.OpenAsync();
        var activation = await world.ActivateAsync(1_000);
        for (var i = 0; i < 1_000; i++)
            await world.RegisterAsync(activation);
        var another = await world.ActivateAsync(1);

        var full = await Assert.ThrowsAsync<RefusedException>(() => world.RegisterAsync(another));
        Assert.Equal((Refusal.RegistrationLimitExceeded, "Registration limit of 1000 reached for SSM On-prem managed instances."), (full.Refusal, full.Text));
        await world.Settings.UpdateAsync(NodeWorld.Alice, Tier, "advanced", default);
        var last = await world.RegisterAsync(another);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => world.Settings.UpdateAsync(NodeWorld.Alice, Tier, "standard", default));
        Assert.Equal((Refusal.Validation, "The standard-instances tier allows at most 1000 managed instances."), (refused.Refusal, refused.Text));
        await Assert.ThrowsAsync<RefusedException>(() => world.Settings.ResetAsync(NodeWorld.Tenant, Tier, default));
        await world.Enrollment.DeregisterAsync(NodeWorld.Tenant, last.Id, default);
        Assert.Equal("standard", (await world.Settings.ResetAsync(NodeWorld.Tenant, Tier, default)).Value);
    }

    [Fact]
    public async Task The_activations_tags_win_over_those_that_the_machine_brings()
    {
        await using var world = await NodeWorld.OpenAsync();
        var (activation, code) = await world.Activations.CreateAsync(
            NodeWorld.Tenant, new NewActivation("Nodes") { Tags = [KeyValuePair.Create("team", "blue")] }, default);

        var node = await world.Enrollment.RegisterHybridAsync(
            activation.Id,
            code,
            new NewNode("f", NodeWorld.PublicKey) { Tags = [KeyValuePair.Create("team", "red"), KeyValuePair.Create("rack", "7")] },
            default);

        var tags = await world.Tags.FindAsync(NodeWorld.Tenant, new TaggedResource(TaggedResource.ManagedInstance, node.Id), default);
        Assert.Equal([KeyValuePair.Create("rack", "7"), KeyValuePair.Create("team", "blue")], tags);
    }

    [Fact]
    public async Task The_code_is_not_kept()
    {
        await using var world = await NodeWorld.OpenAsync();
        var (activation, code) = await world.Activations.CreateAsync(NodeWorld.Tenant, new NewActivation("Nodes"), default);

        Assert.DoesNotContain(code, activation.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(code, activation.CodeHash);
    }

    [Fact]
    public async Task A_nodes_key_is_found_from_anywhere_until_it_is_deregistered()
    {
        await using var world = await NodeWorld.OpenAsync();
        var node = await world.RegisterAsync(await world.ActivateAsync(1));
        INodeKeys keys = world.Nodes;

        var key = await keys.FindAsync(node.Id, default);
        Assert.Equal(NodeWorld.Tenant, key!.Tenant);
        Assert.Equal(NodeWorld.PublicKey, Convert.ToBase64String(key.PublicKey.Span));
        await world.Enrollment.DeregisterAsync(NodeWorld.Tenant, node.Id, default);

        Assert.Null(await keys.FindAsync(node.Id, default));
        Assert.Null(await keys.FindAsync("i-0123456789abcdef0", default));
        Assert.Null(await keys.FindAsync("nobody", default));
        Assert.Equal(0, await world.Nodes.CountHybridAsync(NodeWorld.Tenant, default));
    }

    [Fact]
    public async Task A_node_of_EC2_that_only_pinged_has_no_key_and_can_go()
    {
        const string Id = "i-00000000000000001";
        await using var world = await NodeWorld.OpenAsync();
        await world.Agents.ReportAsync(NodeWorld.Alice, Id, new AgentReport(), default);
        INodeKeys keys = world.Nodes;

        Assert.Null(await keys.FindAsync(Id, default));
        await world.Enrollment.DeregisterAsync(NodeWorld.Tenant, Id, default);
        Assert.Null(await world.Nodes.FindAsync(NodeWorld.Tenant, Id, default));
    }

    [Fact]
    public async Task An_instance_registers_in_one_tenant_only()
    {
        const string Id = "i-00000000000000001";
        await using var world = await NodeWorld.OpenAsync();
        await world.Enrollment.RegisterEc2Async(NodeWorld.Alice, new NewNode(Id, NodeWorld.PublicKey), default);
        var elsewhere = NodeWorld.Alice with { Tenant = new Tenant("111122223333", "us-east-1") };

        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => world.Enrollment.RegisterEc2Async(elsewhere, new NewNode(Id, NodeWorld.NewKey()), default));

        Assert.Equal(Refusal.InstanceAlreadyRegistered, refused.Refusal);
    }
}
