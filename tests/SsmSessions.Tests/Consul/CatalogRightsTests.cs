using SsmSessions.Server.Consul;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Consul;

/// <summary>What tokens allow of catalog, health, agent and status (spec/consul-sessions.md §8).</summary>
public sealed class CatalogRightsTests : IAsyncLifetime
{
    private const string Tokens = """
        {"tokens":{
          "all":{"node":{"":"write"},"service":{"":"write"},"agent":{"":"read"}},
          "reader":{"node":{"n1":"read"},"service":{"web":"read"}},
          "web":{"service":{"web":"write"}}}}
        """;

    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(configure: options => options.ConsulTokens = ConsulTokens.Parse(System.Text.Encoding.UTF8.GetBytes(Tokens)));
        foreach (var (node, service) in ((string, string)[])[("n1", "web"), ("n1", "api"), ("n2", "web")])
        {
            await SendAsync("all", "PUT", "/v1/catalog/register", $$$"""
                {"Node":"{{{node}}}","Address":"a","Service":{"Service":"{{{service}}}"},"Checks":[{"Name":"own"},{"Name":"{{{service}}}","ServiceID":"{{{service}}}"}]}
                """);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("reader", "/v1/catalog/nodes", "n1", "n2 test-host")]
    [InlineData("", "/v1/catalog/nodes", "[]", "n1")]
    [InlineData("reader", "/v1/catalog/node/n1", "web", "api")]
    [InlineData("reader", "/v1/catalog/node/n2", "null", "web")]
    [InlineData("reader", "/v1/catalog/services", "web", "api consul")]
    [InlineData("", "/v1/catalog/services", "{}", "web")]
    [InlineData("reader", "/v1/catalog/service/web", "n1", "n2")]
    [InlineData("reader", "/v1/catalog/service/api", "[]", "n1")]
    [InlineData("reader", "/v1/health/node/n1", "own web", "api")]
    [InlineData("reader", "/v1/health/node/n2", "[]", "own")]
    [InlineData("reader", "/v1/health/state/any", "own web", "n2 api")]
    [InlineData("reader", "/v1/health/checks/web", "n1", "n2")]
    [InlineData("reader", "/v1/health/service/web", "n1", "n2")]
    [InlineData("all", "/v1/agent/members", "test-host", "n1")]
    [InlineData("", "/v1/agent/members", "[]", "test-host")]
    [InlineData("", "/v1/status/leader", "8300", "n1")]
    [InlineData("", "/v1/catalog/datacenters", "dc1", "n1")]
    public async Task Reads_show_what_may_be_read(string token, string path, string shown, string hidden)
    {
        var reply = await SendAsync(token, "GET", path);
        Assert.Equal(200, reply.Status);
        Assert.All(shown.Split(' '), text => Assert.Contains(text, reply.Body, StringComparison.Ordinal));
        Assert.All(hidden.Split(' '), text => Assert.DoesNotContain(text, reply.Body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "PUT", "/v1/catalog/register", """{"Node":"n3","Address":"a"}""", 403, "Permission denied")]
    [InlineData("reader", "PUT", "/v1/catalog/register", """{"Node":"n1","Address":"a"}""", 403, "Permission denied")]
    [InlineData("web", "PUT", "/v1/catalog/deregister", """{"Node":"n1"}""", 403, "Permission denied")]
    [InlineData("web", "PUT", "/v1/catalog/deregister", """{"Node":"n1","CheckID":"own"}""", 403, "Permission denied")]
    [InlineData("web", "PUT", "/v1/catalog/deregister", """{"Node":"n1","ServiceID":"api"}""", 403, "Permission denied")]
    [InlineData("web", "PUT", "/v1/catalog/deregister", """{"Node":"n1","CheckID":"web"}""", 200, "true")]
    [InlineData("web", "PUT", "/v1/catalog/deregister", """{"Node":"n1","ServiceID":"web"}""", 200, "true")]
    [InlineData("reader", "GET", "/v1/agent/self", null, 403, "Permission denied")]
    [InlineData("reader", "PUT", "/v1/agent/check/register", """{"Name":"c","TTL":"30s"}""", 403, "Permission denied")]
    [InlineData("reader", "PUT", "/v1/agent/check/pass/c", "", 500, "Unknown check \"c\"")]
    [InlineData("reader", "PUT", "/v1/agent/maintenance?enable=true", "", 403, "Permission denied")]
    [InlineData("all", "PUT", "/v1/agent/maintenance?enable=true", "", 200, "")]
    [InlineData("nobody", "GET", "/v1/catalog/nodes", null, 403, "ACL not found")]
    [InlineData("nobody", "PUT", "/v1/catalog/register", """{"Node":"n3","Address":"a"}""", 403, "ACL not found")]
    [InlineData("nobody", "GET", "/v1/agent/self", null, 403, "ACL not found")]
    public async Task Calls_need_their_right(string token, string method, string path, string? body, int status, string text)
    {
        var reply = await SendAsync(token, method, path, body);
        Assert.Equal((status, text), (reply.Status, reply.Body));
    }

    [Fact]
    public async Task Reports_need_the_right_to_the_node()
    {
        await SendAsync("all", "PUT", "/v1/agent/check/register", """{"Name":"c","TTL":"30s"}""");
        Assert.Equal(403, (await SendAsync("reader", "PUT", "/v1/agent/check/pass/c")).Status);
        Assert.Equal(403, (await SendAsync("reader", "PUT", "/v1/agent/check/deregister/c")).Status);
        Assert.Equal(200, (await SendAsync("all", "PUT", "/v1/agent/check/pass/c")).Status);
    }

    [Fact]
    public async Task A_check_of_a_service_goes_by_the_right_to_the_service()
    {
        const string Check = """{"Name":"c","TTL":"30s","ServiceID":"web"}""";
        await SendAsync("all", "PUT", "/v1/catalog/register", """{"Node":"test-host","SkipNodeUpdate":true,"Service":{"Service":"web"}}""");
        Assert.Equal(403, (await SendAsync("reader", "PUT", "/v1/agent/check/register", Check)).Status);
        Assert.Equal(200, (await SendAsync("web", "PUT", "/v1/agent/check/register", Check)).Status);
        Assert.Equal(200, (await SendAsync("web", "PUT", "/v1/agent/check/pass/c")).Status);
        Assert.Equal(403, (await SendAsync("web", "PUT", "/v1/agent/check/register", """{"Name":"c","TTL":"30s"}""")).Status);
        Assert.Contains("\"ServiceName\":\"web\"", (await SendAsync("reader", "GET", "/v1/agent/checks")).Body, StringComparison.Ordinal);
        Assert.Equal(200, (await SendAsync("web", "PUT", "/v1/agent/check/deregister/c")).Status);
    }

    private Task<CatalogReply> SendAsync(string token, string method, string path, string? body = null) =>
        _server.ConsulAsync(method, path, body ?? (method == "PUT" ? "" : null), token.Length > 0 ? token : null);
}
