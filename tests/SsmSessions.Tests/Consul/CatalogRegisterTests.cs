using SsmSessions.Testing;

namespace SsmSessions.Tests.Consul;

/// <summary>Registering and deregistering over the catalog (spec/consul-sessions.md §10).</summary>
public sealed class CatalogRegisterTests : IAsyncLifetime
{
    private const string Id = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("", 400, "Request decode failed: EOF")]
    [InlineData("{bad", 400, "Request decode failed: invalid character 'b' looking for beginning of object key string")]
    [InlineData("[]", 400, "Request decode failed: json: cannot unmarshal array into Go value of type structs.RegisterRequest")]
    [InlineData("""{"Node":1}""", 400, "Request decode failed: json: cannot unmarshal number into Go struct field RegisterRequest.Node of type string")]
    [InlineData("""{"Foo":1}""", 400, "Request decode failed: json: unknown field \"Foo\"")]
    [InlineData("""{"Service":{"Foo":1}}""", 400, "Request decode failed: json: unknown field \"Foo\"")]
    [InlineData("""{"Check":{"Foo":1}}""", 400, "Request decode failed: json: unknown field \"Foo\"")]
    [InlineData(
        """{"Namespace":"x"}""", 400, "Request decode failed: json: unknown field \"Namespace\" - Namespaces are a Consul Enterprise feature")]
    [InlineData("{}", 500, "Must provide node")]
    [InlineData("null", 500, "Must provide node")]
    [InlineData("""{"Node":"n1"}""", 500, "Must provide address if SkipNodeUpdate is not set")]
    [InlineData("""{"Node":"n1","ID":"x"}""", 500, "Bad node ID: uuid string is wrong length")]
    [InlineData("""{"Node":"n1","ID":"aaaaaaaa-bbbb-cccc-dddd_eeeeeeeeeeee"}""", 500, "Bad node ID: uuid is improperly formatted")]
    [InlineData("""{"Node":"n1","ID":"zaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"}""", 500, "Bad node ID: encoding/hex: invalid byte: U+007A 'z'")]
    [InlineData("""{"Node":"n1","Address":"a","Datacenter":"dc2"}""", 500, "No path to datacenter")]
    [InlineData("""{"Node":"n1","Address":"a","Service":{"ID":"s"}}""", 500, "Must provide service name with ID")]
    [InlineData("""{"Node":"n1","Address":"a","Service":{"Service":"s","Address":"0.0.0.0"}}""", 500, "Invalid service address")]
    [InlineData("""{"Node":"n1","Address":"a","Check":{"Name":"c","Node":"n2"}}""", 500, "check node \"n2\" does not match node \"n1\"")]
    [InlineData(
        """{"Node":"n1","Address":"a","Check":{"Name":"c","ServiceID":"s"}}""",
        500,
        "failed inserting check: Missing service registration on node \"n1\"")]
    public async Task What_makes_no_sense_is_refused(string body, int status, string text)
    {
        var reply = await _server.ConsulAsync("PUT", "/v1/catalog/register", body);
        Assert.Equal((status, text), (reply.Status, reply.Body));
        Assert.Equal("text/plain; charset=utf-8", reply.Headers["Content-Type"]);
        Assert.Equal("null", await _server.GetAsync("/v1/catalog/node/n1"));
    }

    [Fact]
    public async Task A_node_is_registered_and_read_back()
    {
        var reply = await _server.ConsulAsync("PUT", "/v1/catalog/register", $$$"""
            {"Node":"n1","ID":"{{{Id}}}","Address":"10.0.0.1","Datacenter":"dc1","TaggedAddresses":{"wan":"1.2.3.4","lan":"10.0.0.1"},
             "NodeMeta":{"b":"2","a":"1"},
             "Service":{"Service":"web","Tags":["v1","<a>"],"Port":80,"Meta":{"k":"v"}},
             "Check":{"Name":"service:web","ServiceID":"web","Status":"warning","Notes":"n","Output":"o"},
             "Checks":[{"CheckID":"c1","Name":"C One","Status":"passing"},{"Name":"c2"}]}
            """);
        Assert.Equal((200, "true"), (reply.Status, reply.Body));
        Assert.False(reply.Headers.ContainsKey("X-Consul-Index"));

        Assert.Equal(
            $$$$"""{"Node":{"ID":"{{{{Id}}}}","Node":"n1","Address":"10.0.0.1","Datacenter":"dc1","TaggedAddresses":{"lan":"10.0.0.1","wan":"1.2.3.4"},"Meta":{"a":"1","b":"2"},"CreateIndex":4,"ModifyIndex":4},"Services":{"web":{"ID":"web","Service":"web","Tags":["v1","\u003ca\u003e"],"Address":"","Meta":{"k":"v"},"Port":80,"Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"Proxy":{"Mode":"","MeshGateway":{},"Expose":{}},"Connect":{},"CreateIndex":4,"ModifyIndex":4}}}""",
            await _server.GetAsync("/v1/catalog/node/n1"));
        Assert.Equal(
            """[{"Node":"n1","CheckID":"c1","Name":"C One","Status":"passing","Notes":"","Output":"","ServiceID":"","ServiceName":"","ServiceTags":[],"Type":"","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":4,"ModifyIndex":4},"""
            + """{"Node":"n1","CheckID":"c2","Name":"c2","Status":"critical","Notes":"","Output":"","ServiceID":"","ServiceName":"","ServiceTags":[],"Type":"","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":4,"ModifyIndex":4},"""
            + """{"Node":"n1","CheckID":"service:web","Name":"service:web","Status":"warning","Notes":"n","Output":"o","ServiceID":"web","ServiceName":"web","ServiceTags":["v1","\u003ca\u003e"],"Type":"","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":4,"ModifyIndex":4}]""",
            await _server.GetAsync("/v1/health/node/n1"));
    }

    [Fact]
    public async Task A_node_without_more_has_no_id_and_null_maps()
    {
        await _server.PutAsync("/v1/catalog/register", """{"node":"n1","address":"10.0.0.1"}""");
        Assert.Equal(
            """{"Node":{"ID":"","Node":"n1","Address":"10.0.0.1","Datacenter":"dc1","TaggedAddresses":null,"Meta":null,"CreateIndex":4,"ModifyIndex":4},"Services":{}}""",
            await _server.GetAsync("/v1/catalog/node/n1"));
        Assert.Equal("[]", await _server.GetAsync("/v1/health/node/n1"));
        var create = await _server.ConsulAsync("PUT", "/v1/session/create", """{"Node":"n1"}""");
        Assert.Equal((500, "apply failed: Missing check 'serfHealth' registration"), (create.Status, create.Body));
    }

    [Fact]
    public async Task Members_of_meshes_and_of_older_clients_are_taken()
    {
        await _server.PutAsync("/v1/catalog/register", """
            {"Node":"n1","Address":"10.0.0.1","Token":"t",
             "Service":{"Kind":"","Service":"web","TaggedAddresses":{"lan":{"Address":"a","Port":1}},"Weights":{"Passing":1,"Warning":1},
              "EnableTagOverride":true,"Proxy":{"MeshGateway":{}},"Connect":{}},
             "Checks":[null,{"Node":"n1","Name":"c","Interval":"10s","Timeout":"1s","ExposedPort":0,"Definition":{"HTTP":"http://x"},"Type":"http"}]}
            """);
        Assert.Contains("\"Type\":\"http\"", await _server.GetAsync("/v1/health/node/n1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registering_the_same_again_wakes_nobody_and_changes_no_index()
    {
        const string Body = """{"Node":"n1","Address":"10.0.0.1","NodeMeta":{"a":"1"},"Service":{"Service":"web","Tags":["x"]},"Check":{"Name":"c"}}""";
        await _server.PutAsync("/v1/catalog/register", Body);
        var before = await _server.ConsulAsync("GET", "/v1/health/state/any");
        await _server.PutAsync("/v1/catalog/register", Body);
        var after = await _server.ConsulAsync("GET", "/v1/health/state/any");
        Assert.Equal((before.Index, before.Body), (after.Index, after.Body));
    }

    [Fact]
    public async Task Skipping_the_node_leaves_it_as_it_is()
    {
        await _server.PutAsync("/v1/catalog/register", """{"Node":"n1","Address":"10.0.0.1"}""");
        await _server.PutAsync("/v1/catalog/register", """{"Node":"n1","SkipNodeUpdate":true,"Address":"ignored","Check":{"Name":"c","Status":"passing"}}""");
        Assert.Contains("\"Address\":\"10.0.0.1\"", await _server.GetAsync("/v1/catalog/node/n1"), StringComparison.Ordinal);
        Assert.Contains("\"CheckID\":\"c\"", await _server.GetAsync("/v1/health/node/n1"), StringComparison.Ordinal);

        await _server.PutAsync("/v1/catalog/register", """{"Node":"n2","SkipNodeUpdate":true,"Address":"10.0.0.2"}""");
        Assert.Contains("\"Address\":\"10.0.0.2\"", await _server.GetAsync("/v1/catalog/node/n2"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 400, "Request decode failed: EOF")]
    [InlineData("""{"Foo":1}""", 400, "Request decode failed: json: unknown field \"Foo\"")]
    [InlineData("{}", 500, "Must provide node")]
    [InlineData("""{"Node":"n1","Datacenter":"dc2"}""", 500, "No path to datacenter")]
    [InlineData("""{"Node":"nobody"}""", 200, "true")]
    [InlineData("""{"Node":"nobody","CheckID":"c"}""", 200, "true")]
    public async Task Deregistering_answers(string body, int status, string text)
    {
        var reply = await _server.ConsulAsync("PUT", "/v1/catalog/deregister", body);
        Assert.Equal((status, text), (reply.Status, reply.Body));
    }

    [Fact]
    public async Task What_is_deregistered_takes_its_sessions_along()
    {
        const string Register =
            """{"Node":"n1","Address":"a","Service":{"Service":"web"},"Checks":[{"Name":"c","Status":"passing"},{"Name":"s","ServiceID":"web","Status":"passing"}]}""";
        foreach (var (checks, gone) in ((string, string)[])[("\"c\"", "\"CheckID\":\"C\""), ("\"s\"", "\"ServiceID\":\"web\""), ("", "\"Node\":\"N1\"")])
        {
            await _server.PutAsync("/v1/catalog/register", Register);
            var session = await _server.CreateSessionAsync($$"""{"Node":"n1","NodeChecks":[{{checks}}]}""");
            var own = await _server.CreateSessionAsync();
            await _server.PutAsync("/v1/catalog/deregister", $$"""{"Node":"n1",{{gone}}}""");
            Assert.False(await _server.LivesAsync(session));
            Assert.True(await _server.LivesAsync(own));
        }

        Assert.Equal("null", await _server.GetAsync("/v1/catalog/node/n1"));
    }

    [Fact]
    public async Task A_critical_check_ends_its_sessions_and_releases_their_locks()
    {
        await _server.PutAsync("/v1/catalog/register", """{"Node":"n1","Address":"a","Check":{"Name":"c","Status":"passing"}}""");
        var session = await _server.CreateSessionAsync("""{"Node":"n1","NodeChecks":["c"],"LockDelay":"0s"}""");
        Assert.Equal("true", await _server.PutAsync("/v1/kv/lock?acquire=" + session, "x"));

        await _server.PutAsync("/v1/catalog/register", """{"Node":"n1","Address":"a","Check":{"Name":"c","Status":"warning"}}""");
        Assert.True(await _server.LivesAsync(session));
        await _server.PutAsync("/v1/catalog/register", """{"Node":"n1","Address":"a","Check":{"Name":"c","Status":"critical"}}""");
        Assert.False(await _server.LivesAsync(session));
        Assert.DoesNotContain("Session", await _server.GetAsync("/v1/kv/lock"), StringComparison.Ordinal);

        var create = await _server.ConsulAsync("PUT", "/v1/session/create", """{"Node":"n1","NodeChecks":["c"]}""");
        Assert.Equal((500, "apply failed: Check 'c' is in critical state"), (create.Status, create.Body));
    }
}
