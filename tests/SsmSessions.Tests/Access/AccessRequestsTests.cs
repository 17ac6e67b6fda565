using SsmSessions.Core;
using SsmSessions.Core.Access;
using SsmSessions.Core.Identity;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.Access;

public sealed class AccessRequestsTests
{
    private const string Node = "i-0123456789abcdef0";

    [Fact]
    public async Task A_request_that_nobody_decides_expires_after_a_day()
    {
        await using var world = await NodeWorld.OpenAsync();
        var request = await AskAsync(world, JustInTimeAccess.Manual);

        world.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal(AccessRequestStatus.Pending, (await GetAsync(world, request)).Status);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((AccessRequestStatus.Expired, null), await GetAsync(world, request));

        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => world.Access.DecideAsync(NodeWorld.Tenant, request.Id, AccessRequestStatus.Approved, default));
        Assert.Equal($"Access request {request.Id} is Expired and cannot become Approved.", refused.Text);
    }

    [Fact]
    public async Task An_approval_is_good_for_a_day_and_credentials_never_outlast_it()
    {
        await using var world = await NodeWorld.OpenAsync();
        var request = await AskAsync(world, JustInTimeAccess.Manual);
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.Access.DecideAsync(NodeWorld.Tenant, request.Id, AccessRequestStatus.Approved, default);
        var end = world.Time.GetUtcNow() + TimeSpan.FromHours(24);

        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromHours(1), (await GetAsync(world, request)).Credentials!.Expires);
        world.Time.Advance(TimeSpan.FromHours(23) + TimeSpan.FromMinutes(30));
        Assert.Equal(end, (await GetAsync(world, request)).Credentials!.Expires);
        Assert.True(await world.Access.AllowsAsync(NodeWorld.Tenant, request.Id, Node, default));
        world.Time.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal((AccessRequestStatus.Expired, null), await GetAsync(world, request));
        Assert.False(await world.Access.AllowsAsync(NodeWorld.Tenant, request.Id, Node, default));
    }

    [Fact]
    public async Task A_request_covers_its_targets_and_no_others()
    {
        await using var world = await NodeWorld.OpenAsync();
        var request = await AskAsync(world, JustInTimeAccess.Auto);

        Assert.True(await world.Access.AllowsAsync(NodeWorld.Tenant, request.Id, Node, default));
        Assert.False(await world.Access.AllowsAsync(NodeWorld.Tenant, request.Id, "i-0123456789abcdef1", default));
        Assert.False(await world.Access.AllowsAsync(NodeWorld.Tenant, "oi-0123456789ab", Node, default));
        Assert.False(await world.Access.AllowsAsync(NodeWorld.Tenant with { Region = "eu-west-1" }, request.Id, Node, default));
    }

    [Theory]
    [InlineData(AccessRequestStatus.Rejected, AccessRequestStatus.Approved)]
    [InlineData(AccessRequestStatus.Rejected, AccessRequestStatus.Revoked)]
    [InlineData(AccessRequestStatus.Approved, AccessRequestStatus.Rejected)]
    [InlineData(AccessRequestStatus.Approved, AccessRequestStatus.Pending)]
    [InlineData(AccessRequestStatus.Approved, AccessRequestStatus.Expired)]
    public async Task A_decision_cannot_become_any_other(AccessRequestStatus first, AccessRequestStatus second)
    {
        await using var world = await NodeWorld.OpenAsync();
        var request = await AskAsync(world, JustInTimeAccess.Manual);
        await world.Access.DecideAsync(NodeWorld.Tenant, request.Id, first, default);

        Assert.Equal(first, (await world.Access.DecideAsync(NodeWorld.Tenant, request.Id, first, default)).Decision);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => world.Access.DecideAsync(NodeWorld.Tenant, request.Id, second, default));
        Assert.Equal($"Access request {request.Id} is {first} and cannot become {second}.", refused.Text);
    }

    [Fact]
    public async Task A_request_is_kept_for_a_year()
    {
        await using var world = await NodeWorld.OpenAsync();
        var request = await AskAsync(world, JustInTimeAccess.Auto);

        world.Time.Advance(TimeSpan.FromDays(365) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await world.Access.FindAsync(NodeWorld.Tenant, request.Id, default));
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await world.Access.FindAsync(NodeWorld.Tenant, request.Id, default));
        await Assert.ThrowsAsync<RefusedException>(
            () => world.Access.DecideAsync(NodeWorld.Tenant, request.Id, AccessRequestStatus.Revoked, default));
    }

    [Fact]
    public async Task Another_session_of_the_same_role_is_the_same_requester()
    {
        await using var world = await NodeWorld.OpenAsync();
        var first = new Caller(NodeWorld.Tenant, CallerKind.Role, "one", "arn:aws:sts::000000000000:assumed-role/Admin/one", "ASIAONE");
        var request = await world.Access.StartAsync(first, "repair", [Node], JustInTimeAccess.Auto, default);

        Assert.True(request.IsOf(first with { Name = "two", Arn = "arn:aws:sts::000000000000:assumed-role/Admin/two" }));
        Assert.False(request.IsOf(first with { Arn = "arn:aws:sts::000000000000:assumed-role/Admins/one" }));
        Assert.False(request.IsOf(NodeWorld.Alice));
    }

    private static Task<AccessRequest> AskAsync(NodeWorld world, JustInTimeAccess mode) =>
        world.Access.StartAsync(NodeWorld.Alice, "repair", [Node], mode, default);

    private static Task<(AccessRequestStatus Status, IssuedKeys? Credentials)> GetAsync(NodeWorld world, AccessRequest request) =>
        world.Access.GetTokenAsync(NodeWorld.Alice, request.Id, JustInTimeAccess.Manual, default);
}
