namespace SsmSessions.Tests.Consul;

/// <summary>What is alike for all endpoints: paths, methods, queries, namespaces, options of reads (spec/consul-sessions.md §1, §3.4, §6, §9).</summary>
public sealed class ConsulEndpointTests(ConsulWorld world) : IClassFixture<ConsulWorld>
{
    private const string Conflict = ", conflicting semantics.";

    [Theory]
    [InlineData("/v1/session/info", "/v1/session/info/")]
    [InlineData("/v1/session/node?dc=dc1&x=%20", "/v1/session/node/?dc=dc1&x=%20")]
    [InlineData("/v1/kv", "/v1/kv/")]
    [InlineData("/v1//session/list", "/v1/session/list")]
    [InlineData("/v1/session/../session/list?a", "/v1/session/list?a")]
    [InlineData("/v1/session/./list", "/v1/session/list")]
    [InlineData("/v1/kv//a", "/v1/kv/a")]
    [InlineData("/v1/kv/a%2F%2Fb%20c/", "/v1/kv/a/b%20c/")]
    [InlineData("/v1/kv/a%2F..%2F%C3%A4", "/v1/kv/%C3%A4")]
    [InlineData("/v1/session//info", "/v1/session/info/")]
    public async Task A_path_that_is_not_clean_leads_to_the_one_that_is(string path, string location)
    {
        var get = await world.GetAsync(path);
        Assert.Equal((301, location), (get.Status, get["Location"]));
        Assert.Equal("text/html; charset=utf-8", get["Content-Type"]);
        Assert.Equal($"<a href=\"{location.Replace("&", "&amp;", StringComparison.Ordinal)}\">Moved Permanently</a>.\n\n", get.Body);
        var put = await world.PutAsync(path);
        Assert.Equal((301, location, "", null), (put.Status, put["Location"], put.Body, put["Content-Type"]));
    }

    [Theory]
    [InlineData("/v1/")]
    [InlineData("/v1/session")]
    [InlineData("/v1/session/")]
    [InlineData("/v1/session/list/")]
    [InlineData("/v1/session/create/x")]
    [InlineData("/v1/session/create-no-checks")]
    [InlineData("/v1/nonsense")]
    [InlineData("/v1/Session/list")]
    public async Task A_path_that_is_unknown_is_a_404_without_a_body(string path)
    {
        var reply = await world.GetAsync(path);

        reply.AssertIs(404, "");
        Assert.Null(reply["Content-Type"]);
    }

    [Theory]
    [InlineData("/v1/kv/a%00b")]
    [InlineData("/v1/kv/a%0ab")]
    [InlineData("/v1/session/info/a%7F")]
    [InlineData("/v1/kv/a%C2%A0b")]
    [InlineData("/v1/kv/a%FFb")]
    [InlineData("/v1/kv/%ED%A0%80")]
    public async Task A_path_that_cannot_be_printed_is_refused_without_a_body(string path) => (await world.GetAsync(path)).AssertIs(400, "");

    [Theory]
    [InlineData("/v1/session/create", "OPTIONS,PUT", "PUT")]
    [InlineData("/v1/session/destroy/x", "OPTIONS,PUT", "PUT")]
    [InlineData("/v1/session/renew/x", "OPTIONS,PUT", "PUT")]
    [InlineData("/v1/session/info/x", "OPTIONS,GET", "GET")]
    [InlineData("/v1/session/node/x", "OPTIONS,GET", "GET")]
    [InlineData("/v1/session/list", "OPTIONS,GET", "GET")]
    [InlineData("/v1/kv/x", "OPTIONS,GET,PUT,DELETE", "GET", "PUT", "DELETE")]
    [InlineData("/v1/txn", "OPTIONS,PUT", "PUT")]
    public async Task Another_method_is_refused_and_the_right_ones_are_told(string path, string allow, params string[] allowed)
    {
        foreach (var method in new[] { "GET", "PUT", "DELETE", "POST", "PATCH" }.Except(allowed))
        {
            var reply = await world.SendAsync(method, path, null);
            reply.AssertIsError(405, $"method {method} not allowed");
            Assert.Equal(allow, reply["Allow"]);
        }

        var head = await world.SendAsync("HEAD", path, null);
        head.AssertIs(405, "");
        Assert.Equal((allow, "23"), (head["Allow"], head["Content-Length"]));
        var options = await world.SendAsync("OPTIONS", path, null);
        options.AssertIs(200, "");
        Assert.Equal((allow, null, "Accept-Encoding"), (options["Allow"], options["Content-Type"], options["Vary"]));
    }

    [Theory]
    [InlineData("/v1/session/list?a=%zz")]
    [InlineData("/v1/session/list?%=1")]
    [InlineData("/v1/kv/x?a=%1")]
    public async Task A_query_that_cannot_be_decoded_is_a_500_without_a_body(string path)
    {
        var reply = await world.GetAsync(path);

        reply.AssertIsError(500, "");
        Assert.Equal("allow", reply["X-Consul-Default-Acl-Policy"]);
    }

    [Fact]
    public async Task A_path_that_cannot_be_decoded_is_refused() => (await world.GetAsync("/v1/kv/%zz")).AssertIs(400, "400 Bad Request");

    [Theory]
    [InlineData("wait=10", "Invalid wait time")]
    [InlineData("wait=x", "Invalid wait time")]
    [InlineData("index=abc", "Invalid index")]
    [InlineData("index=-1", "Invalid index")]
    [InlineData("index=1.5", "Invalid index")]
    [InlineData("index=%2B1", "Invalid index")]
    [InlineData("index=18446744073709551616", "Invalid index")]
    [InlineData("stale&consistent", "Cannot specify ?stale with ?consistent" + Conflict)]
    [InlineData("stale=&consistent=false", "Cannot specify ?stale with ?consistent" + Conflict)]
    [InlineData("max_stale=1s&consistent", "Cannot specify ?stale with ?consistent" + Conflict)]
    [InlineData("cached&consistent", "Cannot specify ?cached with ?consistent" + Conflict)]
    [InlineData("max_stale=x", "Invalid max_stale value \"x\"")]
    [InlineData("wait=x&stale&consistent", "Cannot specify ?stale with ?consistent" + Conflict)]
    public async Task Options_of_reads_that_make_no_sense_are_refused(string query, string text)
    {
        foreach (var path in new[] { "/v1/session/list", "/v1/session/info/", "/v1/session/node/n", "/v1/kv/a" })
            (await world.GetAsync($"{path}?{query}&ns=x")).AssertIsError(400, text);
        foreach (var path in new[] { "/v1/session/renew/", "/v1/kv/a" })
            (await world.PutAsync($"{path}?{query}")).AssertIsError(400, text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?index=0&wait=")]
    [InlineData("?wait=-5m&index=")]
    [InlineData("?stale")]
    [InlineData("?consistent=")]
    [InlineData("?leader&cached")]
    [InlineData("?max_stale=0&consistent")]
    [InlineData("?dc=&ns=&partition=x&filter=bad&near=_agent&unknown")]
    [InlineData("?dc=dc1")]
    [InlineData("?a;b&&=c")]
    public async Task Options_of_reads_that_make_sense_are_taken(string query) => (await world.GetAsync("/v1/session/info/" + ConsulWorld.Nobody + query)).AssertIsJson("[]");

    [Theory]
    [InlineData("max-age=x", false)]
    [InlineData("no-cache, MAX-AGE=1.5", false)]
    [InlineData("stale-if-error=", false)]
    [InlineData("max-age=60, must-revalidate", true)]
    public async Task A_maximum_age_must_be_a_number(string value, bool good)
    {
        var reply = await world.GetAsync("/v1/session/info/" + ConsulWorld.Nobody, "Cache-Control: " + value);

        if (good)
            reply.AssertIsJson("[]");
        else
            reply.AssertIsError(400, "Invalid Cache-Control header.");
    }

    [Theory]
    [InlineData("GET", "/v1/session/list")]
    [InlineData("GET", "/v1/session/info/")]
    [InlineData("GET", "/v1/session/node/")]
    [InlineData("PUT", "/v1/session/create")]
    [InlineData("PUT", "/v1/session/destroy/")]
    [InlineData("PUT", "/v1/session/renew/")]
    [InlineData("GET", "/v1/kv/a")]
    [InlineData("PUT", "/v1/kv/")]
    [InlineData("DELETE", "/v1/kv/")]
    public async Task Namespaces_are_for_enterprises(string method, string path)
    {
        const string Text = " - Namespaces are a Consul Enterprise feature";
        foreach (var name in new[] { "default", "*", "a" })
            (await world.SendAsync(method, $"{path}?ns={name}", [])).AssertIsError(400, "Bad request: Invalid query parameter: \"ns\"" + Text);
        (await world.SendAsync(method, path + "?ns=a", [], "x-consul-namespace: b")).AssertIsError(400, "Bad request: Invalid header: \"X-Consul-Namespace\"" + Text);
    }

    [Theory]
    [InlineData("GET", "/v1/session/list")]
    [InlineData("GET", "/v1/session/info/x")]
    [InlineData("GET", "/v1/session/node/x")]
    [InlineData("PUT", "/v1/session/create")]
    [InlineData("PUT", "/v1/session/destroy/x")]
    [InlineData("PUT", "/v1/session/renew/x")]
    [InlineData("GET", "/v1/kv/x")]
    [InlineData("GET", "/v1/kv/x?recurse")]
    [InlineData("GET", "/v1/kv/x?keys")]
    [InlineData("PUT", "/v1/kv/x")]
    [InlineData("DELETE", "/v1/kv/x")]
    public async Task Another_datacenter_has_no_path(string method, string path)
    {
        var reply = await world.SendAsync(method, path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "dc=dc2", []);

        reply.AssertIsError(500, "No path to datacenter");
        Assert.Equal(method == "GET" && path.StartsWith("/v1/session", StringComparison.Ordinal) ? "1" : null, reply["X-Consul-Index"]);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_no_leader()
    {
        await using var own = await ConsulWorld.StartAsync();
        await own.Registry.DisposeAsync();

        (await own.PutAsync("/v1/session/create")).AssertIsError(500, "No cluster leader");
        (await own.PutAsync("/v1/kv/a", "x")).AssertIsError(500, "No cluster leader");
        (await own.DeleteAsync("/v1/kv/a")).AssertIsError(500, "No cluster leader");
        (await own.PutAsync("/v1/txn", """[{"KV":{"Verb":"set","Key":"a"}}]""")).AssertIsError(500, "No cluster leader");
    }

    [Fact]
    public async Task The_api_of_aws_and_data_channels_are_where_they_were()
    {
        Assert.Equal(404, (await world.GetAsync("/v2/session/list")).Status);
        Assert.Contains("UnknownOperationException", (await world.SendAsync("POST", "/", [])).Body, StringComparison.Ordinal);
    }
}
