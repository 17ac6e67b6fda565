namespace SsmSessions.Tests.Consul.Sessions;

/// <summary>spec/consul-sessions.md §3: what the endpoints but create answer.</summary>
public sealed class SessionTests(ConsulWorld world) : IClassFixture<ConsulWorld>
{
    private const string Nobody = ConsulWorld.Nobody;

    [Fact]
    public async Task A_session_is_found_in_any_case_by_info()
    {
        var id = await world.CreateAsync("""{"Name":"x"}""");

        Assert.Contains("\"Name\":\"x\"", (await world.GetAsync("/v1/session/info/" + id.ToUpperInvariant())).Body, StringComparison.Ordinal);
        Assert.Equal((await world.GetAsync("/v1/session/info/" + id)).Body, (await world.PutAsync("/v1/session/renew/" + id, "junk")).Body);
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_an_empty_array_a_404_and_true()
    {
        var info = await world.GetAsync("/v1/session/info/" + Nobody);
        info.AssertIsJson("[]");
        Assert.True(info.Index >= 1);
        var renewed = await world.PutAsync("/v1/session/renew/" + Nobody);
        renewed.AssertIsError(404, $"Session id '{Nobody}' not found");
        Assert.Null(renewed["X-Consul-Index"]);
        (await world.PutAsync("/v1/session/destroy/" + Nobody)).AssertIsJson("true");
        (await world.PutAsync("/v1/session/destroy/" + Nobody)).AssertIsJson("true");
    }

    [Fact]
    public async Task A_session_that_is_destroyed_is_gone()
    {
        var id = await world.CreateAsync();

        var destroyed = await world.PutAsync("/v1/session/destroy/" + id.ToUpperInvariant());

        destroyed.AssertIsJson("true");
        Assert.Null(destroyed["X-Consul-Index"]);
        (await world.GetAsync("/v1/session/info/" + id)).AssertIsJson("[]");
        (await world.PutAsync("/v1/session/destroy/" + id)).AssertIsJson("true");
    }

    [Theory]
    [InlineData("abc", "UUID must be 36 characters")]
    [InlineData("a/b", "UUID must be 36 characters")]
    [InlineData("zaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "Invalid UUID: encoding/hex: invalid byte: U+007A 'z'")]
    [InlineData("------------------------------------", "UUID should have maximum of 4 \"-\"; got 36")]
    public async Task A_malformed_id_is_told(string id, string text)
    {
        var info = await world.GetAsync("/v1/session/info/" + id);
        info.AssertIsError(500, "failed session lookup: index error: " + text);
        Assert.Equal(("1", "false", "0"), (info["X-Consul-Index"], info["X-Consul-Knownleader"], info["X-Consul-Lastcontact"]));
        (await world.PutAsync("/v1/session/renew/" + id)).AssertIsError(500, "failed session lookup: index error: " + text);
        (await world.PutAsync("/v1/session/destroy/" + id)).AssertIsError(500, "apply failed: failed session lookup: index error: " + text);
    }

    [Theory]
    [InlineData("PUT", "/v1/session/destroy/", "Missing session")]
    [InlineData("PUT", "/v1/session/renew/", "Missing session")]
    [InlineData("GET", "/v1/session/info/", "Missing session")]
    [InlineData("GET", "/v1/session/node/", "Missing node name")]
    public async Task A_missing_name_is_told(string method, string path, string text) =>
        (await world.SendAsync(method, path, method == "PUT" ? [] : null)).AssertIsError(400, text);

    [Fact]
    public async Task Lists_are_sorted_by_id_and_a_node_is_named_by_name_or_id()
    {
        await using var own = await ConsulWorld.StartAsync();
        (await own.GetAsync("/v1/session/list")).AssertIsJson("[]");
        await own.RegisterAsync("n2", "44444444-0000-0000-0000-00000000000f", []);
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add(await own.CreateAsync());
        var other = await own.CreateAsync("""{"Node":"n2","Checks":[]}""");

        var list = await own.GetAsync("/v1/session/list");
        var node = await own.GetAsync("/v1/session/node/N1");

        Assert.Equal(ids.Append(other).Order(StringComparer.Ordinal), IdsOf(list));
        Assert.Equal(ids.Order(StringComparer.Ordinal), IdsOf(node));
        Assert.Equal([other], IdsOf(await own.GetAsync("/v1/session/node/44444444-0000-0000-0000-00000000000F")));
        (await own.GetAsync("/v1/session/node/nobody")).AssertIsJson("[]");
        Assert.Equal(own.Registry.Known.LeasesIndex, list.Index);
        Assert.Equal(list.Index, node.Index);
    }

    [Fact]
    public async Task A_read_carries_the_headers_of_an_index_in_the_letters_of_Go()
    {
        var reply = await world.GetAsync("/v1/session/list");

        Assert.Equal("true", reply["X-Consul-Knownleader"]);
        Assert.Equal("0", reply["X-Consul-Lastcontact"]);
        Assert.Equal("blocking-query", reply["X-Consul-Query-Backend"]);
        Assert.Equal("allow", reply["X-Consul-Default-Acl-Policy"]);
        Assert.Equal("Accept-Encoding", reply["Vary"]);
        Assert.NotNull(reply["Date"]);
        Assert.Equal(reply.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), reply["Content-Length"]);
        Assert.Null(reply["X-Consul-Effective-Consistency"]);
    }

    [Theory]
    [InlineData("pretty")]
    [InlineData("pretty=false")]
    public async Task Pretty_is_indented_by_four_and_ends_in_a_newline(string query)
    {
        await using var own = await ConsulWorld.StartAsync();
        (await own.GetAsync("/v1/session/list?" + query)).AssertIsJson("[]\n");
        var id = (await own.PutAsync("/v1/session/create?" + query, """{"NodeChecks":[],"Name":"a\"{[,:"}""")).Body[13..49];
        var index = own.Registry.Known.LeasesIndex;

        (await own.GetAsync("/v1/session/list?" + query)).AssertIsJson($$"""
            [
                {
                    "ID": "{{id}}",
                    "Name": "a\"{[,:",
                    "Node": "n1",
                    "LockDelay": 15000000000,
                    "Behavior": "release",
                    "TTL": "",
                    "NodeChecks": [],
                    "ServiceChecks": null,
                    "CreateIndex": {{index}},
                    "ModifyIndex": {{index}}
                }
            ]

            """.ReplaceLineEndings("\n"));
    }

    private static IEnumerable<string> IdsOf(ConsulReply reply) =>
        System.Text.Json.JsonDocument.Parse(reply.Body).RootElement.EnumerateArray().Select(session => session.GetProperty("ID").GetString()!);
}
