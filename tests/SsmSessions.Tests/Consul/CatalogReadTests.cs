using SsmSessions.Core.Leases;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Consul;

/// <summary>What the catalog, health and status endpoints show (spec/consul-sessions.md §10).</summary>
public sealed class CatalogReadTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_host_and_its_node_are_there_from_the_first_request()
    {
        Assert.Equal(
            $"[{Member(TestServer.Node, 3)},{Member(CatalogCalls.Host, 2)}]",
            await _server.GetAsync("/v1/catalog/nodes"));
        Assert.Equal(
            $"[{SerfHealth(TestServer.Node, 3)},{SerfHealth(CatalogCalls.Host, 2)}]",
            await _server.GetAsync("/v1/health/state/any"));
        Assert.Equal($"[{SerfHealth(CatalogCalls.Host, 2)}]", await _server.GetAsync("/v1/health/node/TEST-HOST"));
        Assert.Equal(
            $$$$"""{"Node":{{{{Member(CatalogCalls.Host, 2)}}}},"Services":{"consul":{"ID":"consul","Service":"consul","Tags":[],"Address":"","Meta":null,"Port":8300,"Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"Proxy":{"Mode":"","MeshGateway":{},"Expose":{}},"Connect":{},"CreateIndex":2,"ModifyIndex":2}}}""",
            await _server.GetAsync("/v1/catalog/node/test-host"));
        Assert.True(await _server.LivesAsync(await _server.CreateSessionAsync()));
        Assert.True(await _server.LivesAsync(await _server.CreateSessionAsync($$"""{"Node":"{{TestServer.Node}}"}""")));
    }

    [Theory]
    [InlineData("GET", "/v1/catalog/datacenters", 200, """["dc1"]""")]
    [InlineData("GET", "/v1/catalog/services", 200, """{"consul":[]}""")]
    [InlineData("GET", "/v1/catalog/node/nobody", 200, "null")]
    [InlineData("GET", "/v1/catalog/node/", 400, "Missing node name")]
    [InlineData("GET", "/v1/catalog/service/nothing", 200, "[]")]
    [InlineData("GET", "/v1/catalog/service/", 400, "Missing service name")]
    [InlineData("GET", "/v1/health/node/nobody", 200, "[]")]
    [InlineData("GET", "/v1/health/node/", 400, "Missing node name")]
    [InlineData("GET", "/v1/health/state/critical", 200, "[]")]
    [InlineData("GET", "/v1/health/state/", 400, "Missing check state")]
    [InlineData("GET", "/v1/health/checks/nothing", 200, "[]")]
    [InlineData("GET", "/v1/health/checks/", 400, "Missing service name")]
    [InlineData("GET", "/v1/health/service/nothing", 200, "[]")]
    [InlineData("GET", "/v1/health/service/", 400, "Missing service name")]
    [InlineData("GET", "/v1/health/service/consul?passing=maybe", 400, "Invalid value for ?passing")]
    [InlineData("GET", "/v1/status/leader", 200, "\"127.0.0.1:8300\"")]
    [InlineData("GET", "/v1/status/peers", 200, """["127.0.0.1:8300"]""")]
    [InlineData("GET", "/v1/catalog/nodes?dc=dc2", 500, "No path to datacenter")]
    [InlineData("GET", "/v1/catalog/nodes?stale&consistent", 400, "Cannot specify ?stale with ?consistent, conflicting semantics.")]
    [InlineData("GET", "/v1/catalog/nodes?wait=10", 400, "Invalid wait time")]
    [InlineData("GET", "/v1/catalog/nodes?index=x", 400, "Invalid index")]
    [InlineData("GET", "/v1/catalog/nodes?filter=Node==x", 400, "Filter expressions are not supported")]
    [InlineData("GET", "/v1/catalog/register", 405, "method GET not allowed")]
    [InlineData("PUT", "/v1/catalog/nodes", 405, "method PUT not allowed")]
    [InlineData("POST", "/v1/agent/self", 405, "method POST not allowed")]
    public async Task Calls_are_answered(string method, string path, int status, string body)
    {
        var reply = await _server.ConsulAsync(method, path, method == "GET" ? null : "");
        Assert.Equal((status, body), (reply.Status, reply.Body));
    }

    [Theory]
    [InlineData("/v1/catalog/nodes", "leader")]
    [InlineData("/v1/catalog/nodes?consistent", "consistent")]
    [InlineData("/v1/catalog/node/test-host?stale", "stale")]
    [InlineData("/v1/catalog/services", "leader")]
    [InlineData("/v1/health/node/test-host", "leader")]
    [InlineData("/v1/health/state/any?leader", "leader")]
    public async Task Reads_tell_index_and_consistency(string path, string consistency)
    {
        var reply = await _server.ConsulAsync("GET", path);
        Assert.Equal("3", reply.Index);
        Assert.Equal("true", reply.Headers["X-Consul-KnownLeader"]);
        Assert.Equal("0", reply.Headers["X-Consul-LastContact"]);
        Assert.Equal("blocking-query", reply.Headers["X-Consul-Query-Backend"]);
        Assert.Equal(consistency, reply.Headers["X-Consul-Effective-Consistency"]);
        Assert.Equal("application/json", reply.Headers["Content-Type"]);
    }

    [Theory]
    [InlineData("/v1/catalog/datacenters")]
    [InlineData("/v1/status/leader")]
    [InlineData("/v1/agent/self")]
    [InlineData("/v1/agent/members")]
    public async Task What_does_not_block_tells_no_index(string path) =>
        Assert.False((await _server.ConsulAsync("GET", path)).Headers.ContainsKey("X-Consul-Index"));

    [Fact]
    public async Task A_read_that_waits_wakes_when_the_catalog_changes()
    {
        var waiting = _server.ConsulAsync("GET", "/v1/health/state/any?index=3&wait=60s");
        await _server.CreateSessionAsync();
        await _server.PutAsync("/v1/kv/k", "v");
        await _server.PutAsync("/v1/catalog/register", """{"Node":"n1","Address":"a","Check":{"Name":"c"}}""");
        var reply = await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("6", reply.Index);
        Assert.Contains("\"Node\":\"n1\"", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_are_listed_with_the_tags_of_all_nodes()
    {
        await RegisterWebAsync();
        Assert.Equal("""{"api":[],"consul":[],"web":["a","b"]}""", await _server.GetAsync("/v1/catalog/services"));
    }

    [Fact]
    public async Task The_nodes_of_a_service_are_listed()
    {
        await RegisterWebAsync();
        const string First =
            """{"ID":"","Node":"n1","Address":"10.0.0.1","Datacenter":"dc1","TaggedAddresses":null,"NodeMeta":{"env":"x"},"ServiceKind":"","ServiceID":"web1","ServiceName":"web","ServiceTags":["a"],"ServiceAddress":"10.9.9.9","ServiceWeights":{"Passing":1,"Warning":1},"ServiceMeta":{},"ServicePort":80,"ServiceSocketPath":"","ServiceEnableTagOverride":false,"ServiceProxy":{"Mode":"","MeshGateway":{},"Expose":{}},"ServiceConnect":{},"CreateIndex":4,"ModifyIndex":4}""";
        var both = await _server.GetAsync("/v1/catalog/service/web");
        Assert.StartsWith($"[{First},", both, StringComparison.Ordinal);
        Assert.Contains("\"Node\":\"n2\"", both, StringComparison.Ordinal);
        Assert.Equal(both, await _server.GetAsync("/v1/catalog/service/WEB?tag=A"));
        Assert.Equal("[" + both[(First.Length + 2)..], await _server.GetAsync("/v1/catalog/service/web?tag=a&tag=b"));
        Assert.Equal($"[{First}]", await _server.GetAsync("/v1/catalog/service/web?node-meta=env:x"));
        Assert.Equal("[]", await _server.GetAsync("/v1/catalog/service/web?tag=a&tag=c"));
    }

    [Fact]
    public async Task The_health_of_a_service_is_that_of_its_checks_and_its_nodes()
    {
        await RegisterWebAsync();
        const string Check =
            """{"Node":"n1","CheckID":"s","Name":"s","Status":"passing","Notes":"","Output":"","ServiceID":"web1","ServiceName":"web","ServiceTags":["a"],"Type":"","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":4,"ModifyIndex":4}""";
        Assert.Equal($"[{Check}]", await _server.GetAsync("/v1/health/checks/web"));
        Assert.Equal(
            $$$"""[{"Node":{"ID":"","Node":"n1","Address":"10.0.0.1","Datacenter":"dc1","TaggedAddresses":null,"Meta":{"env":"x"},"CreateIndex":4,"ModifyIndex":4},"Service":{"ID":"web1","Service":"web","Tags":["a"],"Address":"10.9.9.9","Meta":null,"Port":80,"Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"Proxy":{"Mode":"","MeshGateway":{},"Expose":{}},"Connect":{},"CreateIndex":4,"ModifyIndex":4},"Checks":[{{{Check}}}]}]""",
            await _server.GetAsync("/v1/health/service/web?passing"));
        Assert.Contains("\"Node\":\"n2\"", await _server.GetAsync("/v1/health/service/web?passing=false"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_is_found_by_the_beginning_of_its_id()
    {
        var id = MemberNodes.IdOf(CatalogCalls.Host);
        Assert.StartsWith(
            $$"""{"Node":{"ID":"{{id}}",""", await _server.GetAsync("/v1/catalog/node/" + id[..8]), StringComparison.Ordinal);
        Assert.Equal("null", await _server.GetAsync("/v1/catalog/node/" + id[..1]));
    }

    [Fact]
    public async Task Nodes_and_checks_are_limited_by_what_is_said_of_nodes()
    {
        await RegisterWebAsync();
        Assert.Contains("\"Node\":\"n1\"", await _server.GetAsync("/v1/catalog/nodes?node-meta=env:x"), StringComparison.Ordinal);
        Assert.Equal("[]", await _server.GetAsync("/v1/catalog/nodes?node-meta=env:x&node-meta=other:y"));
        Assert.DoesNotContain("n2", await _server.GetAsync("/v1/health/state/any?node-meta=env:x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reset_brings_the_members_back_before_it_is_answered()
    {
        await RegisterWebAsync();
        var session = await _server.CreateSessionAsync();
        using var reset = await _server.Http.PostAsync(new Uri("/_ssm-sessions/reset", UriKind.Relative), null);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, reset.StatusCode);
        Assert.False(await _server.LivesAsync(session));
        Assert.Equal("null", await _server.GetAsync("/v1/catalog/node/n1"));
        Assert.True(await _server.LivesAsync(await _server.CreateSessionAsync()));
    }

    /// <summary>Two nodes with a service web, of which one is well; one of them has a service api, too.</summary>
    private async Task RegisterWebAsync()
    {
        await _server.PutAsync("/v1/catalog/register", """
            {"Node":"n1","Address":"10.0.0.1","NodeMeta":{"env":"x"},
             "Service":{"ID":"web1","Service":"web","Tags":["a"],"Address":"10.9.9.9","Port":80},
             "Check":{"Name":"s","ServiceID":"web1","Status":"passing"}}
            """);
        await _server.PutAsync("/v1/catalog/register", """
            {"Node":"n2","Address":"10.0.0.2","Service":{"Service":"web","Tags":["b","a"]},"Check":{"Name":"mem"}}
            """);
        await _server.PutAsync("/v1/catalog/register", """{"Node":"n2","Address":"10.0.0.2","Service":{"Service":"api"}}""");
    }

    private static string Member(string name, int index) =>
        $$"""{"ID":"{{MemberNodes.IdOf(name)}}","Node":"{{name}}","Address":"127.0.0.1","Datacenter":"dc1","TaggedAddresses":{"lan":"127.0.0.1","lan_ipv4":"127.0.0.1","wan":"127.0.0.1","wan_ipv4":"127.0.0.1"},"Meta":{"consul-network-segment":""},"CreateIndex":{{index}},"ModifyIndex":{{index}}}""";

    private static string SerfHealth(string node, int index) =>
        $$"""{"Node":"{{node}}","CheckID":"serfHealth","Name":"Serf Health Status","Status":"passing","Notes":"","Output":"Agent alive and reachable","ServiceID":"","ServiceName":"","ServiceTags":[],"Type":"","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":{{index}},"ModifyIndex":{{index}}}""";
}
