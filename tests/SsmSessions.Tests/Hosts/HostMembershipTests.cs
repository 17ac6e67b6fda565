using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;
using SsmSessions.Storage.Sqlite;

namespace SsmSessions.Tests.Hosts;

public sealed class HostMembershipTests : IAsyncLifetime
{
    private static readonly Tenant Tenant = new(Tenant.DefaultAccount, "us-east-1");

    private readonly SqliteTable _table = new(new SqliteTableOptions(), TimeProvider.System);

    public async ValueTask InitializeAsync() => await _table.OpenAsync(default);

    public ValueTask DisposeAsync() => _table.DisposeAsync();

    [Fact]
    public async Task What_an_earlier_run_left_on_a_table_of_its_own_is_gone()
    {
        var directory = new HostDirectory(_table, TimeProvider.System);
        using var killed = Host(directory, "first", "i-00000000000000001");
        await killed.JoinAsync(default);

        using var next = Host(directory, "second", "i-00000000000000002");
        await next.JoinAsync(default);

        Assert.Equal(["second"], (await directory.LiveAsync(fresh: true, default)).Select(h => h.Name));
        Assert.Null(await new NodeConnections(directory).FindAsync(Tenant, "i-00000000000000001", default));
    }

    [Fact]
    public async Task An_added_node_belongs_to_its_tenant_and_goes_with_a_reset()
    {
        var directory = new HostDirectory(_table, TimeProvider.System);
        var nodes = new NodeConnections(directory);
        using var host = Host(directory, "host", "i-00000000000000001");
        await host.JoinAsync(default);

        await host.AddNodeAsync(new HostedNode("i-00000000000000002", NodeKind.Echo, Tenant.ToString()), default);

        Assert.NotNull(await nodes.FindAsync(Tenant, "i-00000000000000002", default));
        Assert.Null(await nodes.FindAsync(Tenant with { Region = "eu-west-1" }, "i-00000000000000002", default));
        Assert.NotNull(await nodes.FindAsync(Tenant with { Region = "eu-west-1" }, "i-00000000000000001", default));

        await host.ResetNodesAsync(default);

        Assert.Null(await nodes.FindAsync(Tenant, "i-00000000000000002", default));
    }

    [Theory]
    [InlineData("i-0123456789abcdef0", true)]
    [InlineData("i-01234567", true)]
    [InlineData("mi-0123456789abcdef0", true)]
    [InlineData("ecs:cluster_0123456789abcdef0123456789abcdef_0123456789abcdef0123456789abcdef-123456789", true)]
    [InlineData("i-0123456789ABCDEF0", false)]
    [InlineData("i-0123456789abcdef0\n", false)]
    [InlineData("*", false)]
    public async Task A_host_that_accepts_any_target_accepts_every_well_formed_one(string target, bool accepted)
    {
        var directory = new HostDirectory(_table, TimeProvider.System);
        using var host = Host(directory, "host", HostedNode.Any);
        await host.JoinAsync(default);

        Assert.Equal(accepted, await new NodeConnections(directory).FindAsync(Tenant, target, default) is not null);
    }

    private HostMembership Host(HostDirectory directory, string name, string node) =>
        new(directory, _table, TimeProvider.System, name, peerUrl: null, [new HostedNode(node, NodeKind.Echo)]);
}
