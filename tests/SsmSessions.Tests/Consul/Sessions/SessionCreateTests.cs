using System.Text;

namespace SsmSessions.Tests.Consul.Sessions;

/// <summary>spec/consul-sessions.md §2.</summary>
public sealed class SessionCreateTests(ConsulWorld world) : IClassFixture<ConsulWorld>
{
    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"Foo\":1,\"Namespace\":\"x\"}")]
    [InlineData("{} and more")]
    [InlineData("{\"ID\":\"x\",\"CreateIndex\":5,\"ModifyIndex\":7}")]
    [InlineData("{\"Name\":null,\"Node\":null,\"LockDelay\":null,\"Behavior\":null,\"TTL\":null}")]
    [InlineData("{\"Behavior\":\"\",\"TTL\":\"\"}")]
    public async Task Defaults_are_those_of_a_real_agent(string body)
    {
        var id = await world.CreateAsync(body);

        var info = await world.GetAsync("/v1/session/info/" + id);

        info.AssertIsJson($$"""[{"ID":"{{id}}","Name":"","Node":"n1","LockDelay":15000000000,"Behavior":"release","TTL":"","NodeChecks":["serfHealth"],"ServiceChecks":null,"CreateIndex":{{info.Index}},"ModifyIndex":{{info.Index}}}]""");
    }

    [Theory]
    [InlineData(" ", "EOF")]
    [InlineData("{", "unexpected EOF")]
    [InlineData("{\"a\":1", "unexpected EOF")]
    [InlineData("{bad", "invalid character 'b' looking for beginning of object key string")]
    [InlineData("[]", "json: cannot unmarshal array into Go value of type struct { LockDelay interface {}; *structs.Alias }")]
    [InlineData("\"x\"", "json: cannot unmarshal string into Go value of type struct { LockDelay interface {}; *structs.Alias }")]
    [InlineData("{\"TTL\":15}", "json: cannot unmarshal number into Go struct field .TTL of type string")]
    [InlineData("{\"ttl\":true}", "json: cannot unmarshal bool into Go struct field .TTL of type string")]
    [InlineData("{\"Behavior\":1}", "json: cannot unmarshal number into Go struct field .Behavior of type structs.SessionBehavior")]
    [InlineData("{\"NodeChecks\":\"a\"}", "json: cannot unmarshal string into Go struct field .NodeChecks of type []string")]
    [InlineData("{\"Checks\":[5]}", "json: cannot unmarshal number into Go struct field .Checks of type types.CheckID")]
    [InlineData("{\"ServiceChecks\":[\"a\"]}", "json: cannot unmarshal string into Go struct field .ServiceChecks of type structs.ServiceCheck")]
    [InlineData("{\"ServiceChecks\":[{\"ID\":{}}]}", "json: cannot unmarshal object into Go struct field ServiceCheck.ServiceChecks.ID of type string")]
    [InlineData("{\"CreateIndex\":-1}", "json: cannot unmarshal number -1 into Go struct field .CreateIndex of type uint64")]
    [InlineData("{\"Name\":[],\"TTL\":1}", "json: cannot unmarshal array into Go struct field .Name of type string")]
    [InlineData("{\"LockDelay\":\"5\"}", "time: missing unit in duration \"5\"")]
    [InlineData("{\"LockDelay\":\"abc\"}", "time: invalid duration \"abc\"")]
    [InlineData("{\"LockDelay\":\"\"}", "time: invalid duration \"\"")]
    public async Task A_body_that_cannot_be_decoded_is_told_in_the_words_of_Go(string body, string text)
    {
        var reply = await world.PutAsync("/v1/session/create", body);

        reply.AssertIsError(400, "Request decode failed: " + text);
        Assert.Null(reply["X-Consul-Index"]);
    }

    [Theory]
    [InlineData("\"15s\"", 15000000000)]
    [InlineData("15000000000", 15000000000)]
    [InlineData("1.5e10", 15000000000)]
    [InlineData("5", 5000000000)]
    [InlineData("999", 999000000000)]
    [InlineData("0", 0)]
    [InlineData("\"0\"", 0)]
    [InlineData("\"0s\"", 0)]
    [InlineData("1.5", 1000000000)]
    [InlineData("\"1.5s\"", 1500000000)]
    [InlineData("\"120s\"", 120000000000)]
    [InlineData("\"1ns\"", 1000000000)]
    [InlineData("\"999ns\"", 999000000000)]
    [InlineData("\"1000ns\"", 1000)]
    [InlineData("\"1us\"", 1000)]
    [InlineData("1000", 1000)]
    [InlineData("\"1ms\"", 1000000)]
    [InlineData("-1", -1000000000)]
    [InlineData("\"-5s\"", -5000000000000000000)]
    [InlineData("true", 0)]
    [InlineData("[]", 0)]
    [InlineData("{}", 0)]
    [InlineData("null", 15000000000)]
    public async Task A_lock_delay_is_a_duration_or_a_number(string sent, long stored)
    {
        var id = await world.CreateAsync($$"""{"lockdelay":{{sent}}}""");

        Assert.Contains($"\"LockDelay\":{stored},", (await world.GetAsync("/v1/session/info/" + id)).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10s")]
    [InlineData("10000ms")]
    [InlineData("10000000000ns")]
    [InlineData("86400s")]
    [InlineData("24h")]
    [InlineData("1h30m")]
    [InlineData("1.5m")]
    [InlineData("0")]
    [InlineData("00s")]
    public async Task A_time_to_live_is_kept_as_it_was_sent(string sent)
    {
        var id = await world.CreateAsync($$"""{"TTL":"{{sent}}"}""");

        Assert.Contains($"\"TTL\":\"{sent}\",", (await world.GetAsync("/v1/session/info/" + id)).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9s", "Invalid Session TTL '9000000000', must be between [10s=24h0m0s]")]
    [InlineData("86401s", "Invalid Session TTL '86401000000000', must be between [10s=24h0m0s]")]
    [InlineData("-10s", "Invalid Session TTL '-10000000000', must be between [10s=24h0m0s]")]
    [InlineData("15", "Session TTL '15' invalid: time: missing unit in duration \"15\"")]
    [InlineData("1d", "Session TTL '1d' invalid: time: unknown unit \"d\" in duration \"1d\"")]
    [InlineData("abc", "Session TTL 'abc' invalid: time: invalid duration \"abc\"")]
    [InlineData("10s ", "Session TTL '10s ' invalid: time: unknown unit \"s \" in duration \"10s \"")]
    public async Task A_time_to_live_that_makes_no_sense_is_refused(string sent, string text) =>
        (await world.PutAsync("/v1/session/create", $$"""{"TTL":"{{sent}}"}""")).AssertIsError(500, text);

    [Fact]
    public async Task The_least_time_to_live_is_an_option()
    {
        await using var quick = await ConsulWorld.StartAsync(options => options.ConsulSessionTtlMin = TimeSpan.FromMilliseconds(250));

        await quick.CreateAsync("""{"TTL":"250ms"}""");

        (await quick.PutAsync("/v1/session/create", """{"TTL":"249ms"}""")).AssertIsError(500, "Invalid Session TTL '249000000', must be between [250ms=24h0m0s]");
    }

    [Theory]
    [InlineData("""{"Checks":[]}""", "[]", "null", null)]
    [InlineData("""{"Checks":null}""", "[]", "null", null)]
    [InlineData("""{"NodeChecks":[]}""", "[]", "null", null)]
    [InlineData("""{"NodeChecks":null}""", "null", "null", null)]
    [InlineData("""{"Checks":["serfHealth"]}""", """["serfHealth"]""", "null", null)]
    [InlineData("""{"Checks":["a"]}""", """["serfHealth"]""", "null", """["a"]""")]
    [InlineData("""{"Checks":["serfHealth","a"]}""", """["serfHealth"]""", "null", """["serfHealth","a"]""")]
    [InlineData("""{"NodeChecks":["a"]}""", """["a"]""", "null", null)]
    [InlineData("""{"Checks":["a"],"NodeChecks":["W"]}""", """["W"]""", "null", """["a"]""")]
    [InlineData("""{"Checks":["a"],"NodeChecks":[]}""", "[]", "null", null)]
    [InlineData("""{"Checks":[],"NodeChecks":["a"]}""", "[]", "null", null)]
    [InlineData("""{"ServiceChecks":[{"ID":"a"}]}""", """["serfHealth"]""", """[{"ID":"a","Namespace":""}]""", null)]
    [InlineData("""{"ServiceChecks":[{"id":"a","namespace":"<x>"}]}""", """["serfHealth"]""", """[{"ID":"a","Namespace":"\u003cx\u003e"}]""", null)]
    [InlineData("""{"ServiceChecks":[]}""", """["serfHealth"]""", "[]", null)]
    [InlineData("""{"NodeChecks":[null]}""", """["serfHealth"]""", "null", null)]
    [InlineData("""{"NodeChecks":["x"],"nodechecks":["a","a"]}""", """["a","a"]""", "null", null)]
    public async Task Checks_end_up_where_a_real_agent_has_them(string body, string nodeChecks, string serviceChecks, string? checks)
    {
        await world.RegisterAsync("n1", "a", "w");
        var id = await world.CreateAsync(body);

        var info = (await world.GetAsync("/v1/session/info/" + id)).Body;

        var shown = checks is null ? "" : $",\"Checks\":{checks}";
        Assert.Contains($"\"NodeChecks\":{nodeChecks},\"ServiceChecks\":{serviceChecks}{shown},\"CreateIndex\"", info, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Node":""}""", "Must provide Node")]
    [InlineData("""{"Behavior":"xyz"}""", "Invalid Behavior setting 'xyz'")]
    [InlineData("""{"Behavior":"Delete"}""", "Invalid Behavior setting 'Delete'")]
    [InlineData("""{"Behavior":"xyz","TTL":"1s","Node":"nope"}""", "Invalid Behavior setting 'xyz'")]
    [InlineData("""{"TTL":"9s","Node":"nope"}""", "Invalid Session TTL '9000000000', must be between [10s=24h0m0s]")]
    [InlineData("""{"Node":"nope","NodeChecks":["nocheck"]}""", "apply failed: Missing node registration")]
    [InlineData("""{"NodeChecks":["nocheck"]}""", "apply failed: Missing check 'nocheck' registration")]
    [InlineData("""{"Checks":["one"],"NodeChecks":["two"]}""", "apply failed: Missing check 'one' registration")]
    [InlineData("""{"NodeChecks":[""]}""", "apply failed: failed check lookup: index error: object is missing a value for this index")]
    [InlineData("""{"ServiceChecks":[{}]}""", "apply failed: failed check lookup: index error: object is missing a value for this index")]
    public async Task What_makes_no_sense_is_refused_in_the_order_of_the_spec(string body, string text)
    {
        var reply = await world.PutAsync("/v1/session/create", body);

        reply.AssertIsError(500, text);
        Assert.Null(reply["X-Consul-Index"]);
    }

    [Fact]
    public async Task The_order_before_that_is_method_namespace_body_datacenter()
    {
        const string Path = "/v1/session/create?ns=a&dc=nowhere";
        (await world.SendAsync("POST", Path, "{bad"u8.ToArray())).AssertIsError(405, "method POST not allowed");
        (await world.PutAsync(Path, "{bad")).AssertIsError(400, "Bad request: Invalid query parameter: \"ns\" - Namespaces are a Consul Enterprise feature");
        (await world.PutAsync("/v1/session/create?dc=nowhere", "{bad")).AssertIsError(
            400, "Request decode failed: invalid character 'b' looking for beginning of object key string");
        (await world.PutAsync("/v1/session/create?dc=nowhere", """{"Node":""}""")).AssertIsError(500, "No path to datacenter");
    }

    [Fact]
    public async Task A_node_is_found_without_case_and_kept_as_sent()
    {
        var id = await world.CreateAsync("""{"Node":"N1","Name":"ä<&>","Behavior":"delete","TTL":"20s","Name":"last"}""");

        var body = (await world.GetAsync("/v1/session/info/" + id)).Body;

        Assert.StartsWith($$"""[{"ID":"{{id}}","Name":"last","Node":"N1","LockDelay":15000000000,"Behavior":"delete","TTL":"20s",""", body, StringComparison.Ordinal);
        Assert.Contains(id, (await world.GetAsync("/v1/session/node/n1")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_in_chunks_is_read_like_any_other()
    {
        var chunks = "11\r\n{\"Name\":\"in chunk\r\n3\r\ns\"}\r\n0\r\n\r\n"u8.ToArray();

        var reply = await world.SendAsync("PUT", "/v1/session/create", chunks, "Transfer-Encoding: chunked");

        Assert.Equal(200, reply.Status);
        Assert.Contains("\"Name\":\"in chunks\"", (await world.GetAsync("/v1/session/info/" + reply.Body[7..^2])).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_reads_are_not_looked_at() =>
        Assert.Equal(200, (await world.PutAsync("/v1/session/create?index=x&wait=10&stale&consistent", "{}")).Status);

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"Name":"{{new string('x', 65536)}}"}""");

        (await world.SendAsync("PUT", "/v1/session/create", body)).AssertIsError(413, "Request body too large. Max allowed is 65536 bytes.");
    }
}
