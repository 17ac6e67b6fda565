using System.Net;
using SsmSessions.Core.Hosts;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Nodes;

public sealed class TierRuleTests
{
    private const string Hybrid = "mi-0123456789abcdef0";

    private static readonly (HttpStatusCode, string) NeedsTier =
        (HttpStatusCode.BadRequest, """{"__type":"BadRequest","Message":"Enable advanced-instances tier to use Session Manager with your on-premises instances"}""");

    [Fact]
    public async Task A_session_to_a_hybrid_node_needs_the_advanced_tier()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.Nodes.Add(new HostedNode(Hybrid, NodeKind.Echo)));

        Assert.Equal(NeedsTier, await StartAsync(server, Hybrid));
        await SetTierAsync(server, "advanced");
        Assert.Equal(HttpStatusCode.OK, (await StartAsync(server, Hybrid)).Status);
        await SetTierAsync(server, "standard");
        Assert.Equal(NeedsTier, await StartAsync(server, Hybrid));
    }

    [Fact]
    public async Task The_tier_comes_before_the_connection()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(NeedsTier, await StartAsync(server, Hybrid));
        await SetTierAsync(server, "advanced");
        Assert.Equal(
            (HttpStatusCode.BadRequest, $$"""{"__type":"TargetNotConnected","Message":"{{Hybrid}} is not connected."}"""), await StartAsync(server, Hybrid));
    }

    [Fact]
    public async Task A_node_of_EC2_needs_no_tier()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await StartAsync(server, TestServer.Node)).Status);
    }

    private static Task<(HttpStatusCode Status, string Body)> StartAsync(TestServer server, string target) =>
        server.CallAsync("StartSession", $$"""{"Target":"{{target}}"}""");

    private static Task SetTierAsync(TestServer server, string tier) => server.CallAsync(
        "UpdateServiceSetting", $$"""{"SettingId":"/ssm/managed-instance/activation-tier","SettingValue":"{{tier}}"}""");
}
