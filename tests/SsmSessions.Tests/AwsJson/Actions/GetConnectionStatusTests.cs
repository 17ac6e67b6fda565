using System.Net;
using SsmSessions.Core.Hosts;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

/// <summary>GetConnectionStatus (spec/ssm-control-plane.md §4.5).</summary>
public sealed class GetConnectionStatusTests
{
    [Theory]
    [InlineData(TestServer.Node, "connected")]
    [InlineData("i-0123456789abcdef1", "notconnected")]
    [InlineData("mi-0123456789abcdef0", "notconnected")]
    [InlineData("nonsense", "notconnected")]
    [InlineData("*", "notconnected")]
    public async Task A_target_is_connected_or_not(string target, string status)
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.CallAsync("GetConnectionStatus", $$"""{"Target":"{{target}}"}""");

        Assert.Equal((HttpStatusCode.OK, $$"""{"Status":"{{status}}","Target":"{{target}}"}"""), answer);
    }

    [Fact]
    public async Task A_node_of_the_start_is_connected_in_every_tenant()
    {
        await using var server = await TestServer.StartAsync();

        foreach (var (account, region) in new[] { ("test", "eu-west-1"), ("111122223333", "us-east-1") })
        {
            var answer = await server.CallAsync("GetConnectionStatus", $$"""{"Target":"{{TestServer.Node}}"}""", account, region);
            Assert.Equal($$"""{"Status":"connected","Target":"{{TestServer.Node}}"}""", answer.Body);
        }
    }

    [Fact]
    public async Task A_node_of_a_tenant_is_connected_there_only()
    {
        await using var server = await TestServer.StartAsync(
            configure: options => options.Nodes.Add(new HostedNode("i-00000000000000001", NodeKind.Echo, "111122223333/us-east-1")));

        var there = await server.CallAsync("GetConnectionStatus", """{"Target":"i-00000000000000001"}""", "111122223333");
        var elsewhere = await server.CallAsync("GetConnectionStatus", """{"Target":"i-00000000000000001"}""");

        Assert.Equal("""{"Status":"connected","Target":"i-00000000000000001"}""", there.Body);
        Assert.Equal("""{"Status":"notconnected","Target":"i-00000000000000001"}""", elsewhere.Body);
    }
}
