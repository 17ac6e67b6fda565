using SsmSessions.Testing;

namespace SsmSessions.Tests.Admin;

/// <summary>Nodes that come and go.</summary>
public sealed class AdminNodesTests : IAsyncLifetime
{
    private const string BadId = """{"error":"The id of a node is i-, mi- or ecs: in the forms of Session Manager."}""";
    private const string BadKind = """{"error":"The kind of a node is \u0027local\u0027 or \u0027echo\u0027."}""";
    private const string BadTenant = """{"error":"An account has 12 digits, a region 1 to 32 of the characters a-z, 0-9 and \u0027-\u0027."}""";

    private TestServer? _server;

    private TestServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    [Fact]
    public async Task A_node_is_a_target_from_its_adding_to_its_removal()
    {
        Assert.Equal((204, ""), await Server.AdminAsync("POST", "nodes", """{"id":"i-00000000000000001","kind":"echo"}"""));
        Assert.Equal("connected", await StatusAsync("test", "us-east-1"));
        Assert.Equal("notconnected", await StatusAsync("test", "us-east-2"));
        Assert.Equal("notconnected", await StatusAsync("111122223333", "us-east-1"));

        Assert.Equal((204, ""), await Server.AdminAsync("DELETE", "nodes/i-00000000000000001"));
        Assert.Equal("notconnected", await StatusAsync("test", "us-east-1"));
        Assert.Equal((404, """{"error":"This host carries no such node."}"""), await Server.AdminAsync("DELETE", "nodes/i-00000000000000001"));
    }

    [Fact]
    public async Task A_node_may_belong_to_another_tenant()
    {
        await Server.AdminAsync("POST", "nodes", """{"id":"i-00000000000000001","kind":"echo","account":"111122223333","region":"eu-west-1"}""");

        Assert.Equal("connected", await StatusAsync("111122223333", "eu-west-1"));
        Assert.Equal(404, (await Server.AdminAsync("DELETE", "nodes/i-00000000000000001")).Status);
        Assert.Equal(204, (await Server.AdminAsync("DELETE", "nodes/i-00000000000000001?account=111122223333&region=eu-west-1")).Status);
        Assert.Equal("notconnected", await StatusAsync("111122223333", "eu-west-1"));
    }

    [Fact]
    public async Task Nodes_are_listed_with_their_host_and_tenant()
    {
        await Server.AdminAsync("POST", "nodes", """{"id":"ecs:cluster_01_01","kind":"echo"}""");
        await Server.AdminAsync("POST", "nodes", """{"id":"i-00000000000000001","kind":"local"}""");
        await Server.AdminAsync("POST", "nodes", """{"id":"i-00000000000000001","kind":"echo"}""");

        Assert.Equal(
            (200, """{"nodes":[{"id":"i-0123456789abcdef0","kind":"echo","host":"test-host"},{"id":"ecs:cluster_01_01","kind":"echo","account":"000000000000","region":"us-east-1","host":"test-host"},{"id":"i-00000000000000001","kind":"echo","account":"000000000000","region":"us-east-1","host":"test-host"}]}"""),
            await Server.AdminAsync("GET", "nodes"));
    }

    [Theory]
    [InlineData("""{}""", BadId)]
    [InlineData("""{"id":null,"kind":"echo"}""", BadId)]
    [InlineData("""{"id":"","kind":"echo"}""", BadId)]
    [InlineData("""{"id":"*","kind":"echo"}""", BadId)]
    [InlineData("""{"id":"web-1","kind":"echo"}""", BadId)]
    [InlineData("""{"id":"i-00000000000000001"}""", BadKind)]
    [InlineData("""{"id":"i-00000000000000001","kind":"agent"}""", BadKind)]
    [InlineData("""{"id":"i-00000000000000001","kind":"Echo"}""", BadKind)]
    [InlineData("""{"id":"i-00000000000000001","kind":"echo","account":"1"}""", BadTenant)]
    [InlineData("""{"id":"i-00000000000000001","kind":"echo","account":"000000000000/"}""", BadTenant)]
    [InlineData("""{"id":"i-00000000000000001","kind":"echo","region":"US"}""", BadTenant)]
    [InlineData("""{"id":"i-00000000000000001","kind":"echo","region":"a/b"}""", BadTenant)]
    public async Task A_node_that_makes_no_sense_is_refused(string json, string body) =>
        Assert.Equal((400, body), await Server.AdminAsync("POST", "nodes", json));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"id":"i-00000000000000001","kind":"echo","name":"web"}""")]
    [InlineData("""{"id":"\ud800","kind":"echo"}""")]
    public async Task A_body_that_cannot_be_read_is_refused(string json)
    {
        var (status, body) = await Server.AdminAsync("POST", "nodes", json);

        Assert.Equal(400, status);
        Assert.StartsWith("""{"error":"The body is not what is expected here: """, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_body_is_refused() =>
        Assert.Equal((400, """{"error":"The body is empty."}"""), await Server.AdminAsync("POST", "nodes", "null"));

    [Fact]
    public async Task A_host_carries_a_bounded_number_of_nodes()
    {
        for (var i = 1; i < 500; i++)
            Assert.Equal(204, (await Server.AdminAsync("POST", "nodes", $$"""{"id":"ecs:{{new string('c', 255)}}_{{i:x64}}_{{new string('d', 128)}}","kind":"echo"}""")).Status);

        Assert.Equal(
            (400, """{"error":"A host carries at most 500 nodes."}"""), await Server.AdminAsync("POST", "nodes", """{"id":"i-00000000000000001","kind":"echo"}"""));
    }

    private async Task<string> StatusAsync(string account, string region)
    {
        var (_, body) = await Server.CallAsync("GetConnectionStatus", """{"Target":"i-00000000000000001"}""", account, region);
        return body.Contains("\"notconnected\"", StringComparison.Ordinal) ? "notconnected" : "connected";
    }
}
