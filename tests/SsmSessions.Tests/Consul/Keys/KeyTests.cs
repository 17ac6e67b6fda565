using System.Globalization;
using System.Text;

namespace SsmSessions.Tests.Consul.Keys;

/// <summary>spec/consul-sessions.md §7.1 to §7.4.</summary>
public sealed class KeyTests(ConsulWorld world) : IClassFixture<ConsulWorld>
{
    private const string Nobody = ConsulWorld.Nobody;

    [Fact]
    public async Task A_key_is_shown_with_its_value_in_base64()
    {
        (await world.PutAsync("/v1/kv/shown/%C3%A4%20%26?flags=18446744073709551615", "v1")).AssertIsJson("true");

        var reply = await world.GetAsync("/v1/kv/shown%2F%C3%A4%20%26");

        reply.AssertIsJson($$"""[{"LockIndex":0,"Key":"shown/ä \u0026","Flags":18446744073709551615,"Value":"djE=","CreateIndex":{{reply.Index}},"ModifyIndex":{{reply.Index}}}]""");
        Assert.Equal("true", reply["X-Consul-Knownleader"]);
    }

    [Fact]
    public async Task An_empty_value_is_null_and_flags_are_reset_by_each_write()
    {
        await world.PutAsync("/v1/kv/empty?flags=7", "x");
        await world.PutAsync("/v1/kv/empty");

        var reply = await world.GetAsync("/v1/kv/empty");

        Assert.Contains("\"Flags\":0,\"Value\":null,\"CreateIndex\"", reply.Body, StringComparison.Ordinal);
        (await world.GetAsync("/v1/kv/empty?raw")).AssertIs(200, "");
    }

    [Fact]
    public async Task A_missing_key_is_a_404_with_an_index()
    {
        foreach (var query in new[] { "", "?raw", "?recurse", "?keys" })
        {
            var reply = await world.GetAsync("/v1/kv/missing" + query);
            reply.AssertIs(404, "");
            Assert.Null(reply["Content-Type"]);
            Assert.Equal(world.Registry.Known.KeysIndex, reply.Index);
        }
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "?raw")]
    [InlineData("PUT", "?cas=x&acquire=")]
    [InlineData("DELETE", "?cas=x")]
    public async Task A_missing_name_is_told(string method, string query) =>
        (await world.SendAsync(method, "/v1/kv/" + query, [])).AssertIsError(400, "Missing key name");

    [Fact]
    public async Task A_raw_value_is_no_page()
    {
        await world.PutAsync("/v1/kv/raw", "<p>ä");

        var reply = await world.GetAsync("/v1/kv/raw?raw&pretty");

        reply.AssertIs(200, "<p>ä");
        Assert.Equal(("text/plain", "nosniff", "sandbox"), (reply["Content-Type"], reply["X-Content-Type-Options"], reply["Content-Security-Policy"]));
    }

    [Fact]
    public async Task Keys_are_listed_under_a_prefix_in_the_order_of_their_bytes()
    {
        foreach (var key in new[] { "t/b", "t/a/2", "t/a/1", "t/a", "t/%F0%9F%98%80", "t/%EF%BF%BC", "u" })
            await world.PutAsync("/v1/kv/" + key, "x");

        (await world.GetAsync("/v1/kv/t/?keys")).AssertIsJson("[\"t/a\",\"t/a/1\",\"t/a/2\",\"t/b\",\"t/\uFFFC\",\"t/😀\"]");
        (await world.GetAsync("/v1/kv/t/?keys&separator=/")).AssertIsJson("[\"t/a\",\"t/a/\",\"t/b\",\"t/\uFFFC\",\"t/😀\"]");
        (await world.GetAsync("/v1/kv/t/?keys&seperator=1")).AssertIsJson("[\"t/a\",\"t/a/1\",\"t/a/2\",\"t/b\",\"t/\uFFFC\",\"t/😀\"]");
        (await world.GetAsync("/v1/kv/t?keys&separator=/&recurse&raw")).AssertIsJson("""["t/"]""");
        var tree = await world.GetAsync("/v1/kv/t/a?recurse&raw");
        Assert.Equal(["t/a", "t/a/1", "t/a/2"], System.Text.Json.JsonDocument.Parse(tree.Body).RootElement.EnumerateArray().Select(entry => entry.GetProperty("Key").GetString()!));
    }

    [Fact]
    public async Task The_names_of_an_empty_store_are_an_empty_array()
    {
        await using var own = await ConsulWorld.StartAsync();

        (await own.GetAsync("/v1/kv/?keys")).AssertIsJson("[]");
        (await own.GetAsync("/v1/kv/?recurse")).AssertIs(404, "");
    }

    [Fact]
    public async Task Cas_writes_only_what_was_seen()
    {
        (await world.PutAsync("/v1/kv/cas?cas=1", "a")).AssertIsJson("false");
        (await world.PutAsync("/v1/kv/cas?cas=0", "a")).AssertIsJson("true");
        (await world.PutAsync("/v1/kv/cas?cas=0", "b")).AssertIsJson("false");
        var index = (await world.GetAsync("/v1/kv/cas")).Index;
        (await world.PutAsync($"/v1/kv/cas?cas={index}", "b")).AssertIsJson("true");
        (await world.PutAsync($"/v1/kv/cas?cas={index}", "c")).AssertIsJson("false");
        (await world.DeleteAsync($"/v1/kv/cas?cas={index}")).AssertIsJson("false");
        (await world.DeleteAsync("/v1/kv/cas?cas=0")).AssertIsJson("false");
        index = (await world.GetAsync("/v1/kv/cas")).Index;
        (await world.DeleteAsync($"/v1/kv/cas?cas={index}")).AssertIsJson("true");
        (await world.DeleteAsync($"/v1/kv/cas?cas={index}")).AssertIsJson("true");
        (await world.DeleteAsync("/v1/kv/cas")).AssertIsJson("true");
    }

    [Fact]
    public async Task A_key_is_acquired_by_one_session_and_released_by_the_same()
    {
        var (a, b) = (await world.CreateAsync("""{"LockDelay":0}"""), await world.CreateAsync());

        (await world.PutAsync("/v1/kv/lock?acquire=" + a, "1")).AssertIsJson("true");
        (await world.PutAsync("/v1/kv/lock?acquire=" + a, "2")).AssertIsJson("true");
        (await world.PutAsync("/v1/kv/lock?acquire=" + b, "3")).AssertIsJson("false");
        (await world.PutAsync("/v1/kv/lock?flags=5", "4")).AssertIsJson("true");
        var held = await world.GetAsync("/v1/kv/lock");
        Assert.StartsWith($$"""[{"LockIndex":1,"Key":"lock","Flags":5,"Value":"NA==","Session":"{{a}}",""", held.Body, StringComparison.Ordinal);
        (await world.PutAsync("/v1/kv/lock?release=" + b, "5")).AssertIsJson("false");
        (await world.PutAsync("/v1/kv/lock?release=x", "5")).AssertIsJson("false");
        (await world.PutAsync("/v1/kv/lock?release=" + a, "6")).AssertIsJson("true");
        (await world.PutAsync("/v1/kv/lock?acquire=" + b, "7")).AssertIsJson("true");
        Assert.StartsWith($$"""[{"LockIndex":2,"Key":"lock","Flags":0,"Value":"Nw==","Session":"{{b}}",""", (await world.GetAsync("/v1/kv/lock")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acquire=", "missing session")]
    [InlineData("release=", "missing session")]
    [InlineData("acquire=abc", "failed session lookup: index error: UUID must be 36 characters")]
    [InlineData("acquire=" + Nobody, "invalid session \"" + Nobody + "\"")]
    public async Task A_session_that_makes_no_sense_is_told(string query, string text) =>
        (await world.PutAsync("/v1/kv/sense?" + query, "x")).AssertIsError(500, "raft apply failed: " + text);

    [Theory]
    [InlineData("flags=abc", "parsing \"abc\": invalid syntax")]
    [InlineData("flags=", "parsing \"\": invalid syntax")]
    [InlineData("flags=-1", "parsing \"-1\": invalid syntax")]
    [InlineData("cas=%0a%22", "parsing \"\\n\\\"\": invalid syntax")]
    [InlineData("cas=18446744073709551616", "parsing \"18446744073709551616\": value out of range")]
    [InlineData("flags=x&cas=y", "parsing \"x\": invalid syntax")]
    public async Task A_number_that_is_none_is_told(string query, string text) =>
        (await world.PutAsync("/v1/kv/number?" + query, "x")).AssertIsError(500, "strconv.ParseUint: " + text);

    [Fact]
    public async Task Flags_that_conflict_are_told_by_name()
    {
        (await world.PutAsync("/v1/kv/a?release=b+c&cas=1&x=%C3%A4")).AssertIsError(400, "Conflicting flags: cas=1&release=b+c&x=%C3%A4\n");
        (await world.PutAsync("/v1/kv/a?acquire&release&flags=x")).AssertIsError(400, "Conflicting flags: acquire=&flags=x&release=\n");
        (await world.DeleteAsync("/v1/kv/a?recurse&cas=1")).AssertIsError(400, "Conflicting flags: cas=1&recurse=\n");
    }

    [Fact]
    public async Task A_value_has_at_most_512_KiB()
    {
        var largest = Encoding.ASCII.GetBytes(new string('x', 524288));

        (await world.SendAsync("PUT", "/v1/kv/large", largest)).AssertIsJson("true");
        (await world.SendAsync("PUT", "/v1/kv/large", [.. largest, 0])).AssertIsError(
            413, "Request body(524289 bytes) too large, max size: 524288 bytes. See https://www.consul.io/docs/agent/options.html#kv_max_value_size.");
        Assert.Equal(524288, (await world.GetAsync("/v1/kv/large?raw")).Body.Length);
    }

    [Fact]
    public async Task A_value_may_come_in_chunks_but_not_for_ever()
    {
        var chunk = string.Create(CultureInfo.InvariantCulture, $"{400_000:x}\r\n{new string('x', 400_000)}\r\n");

        (await world.SendAsync("PUT", "/v1/kv/chunks", Encoding.ASCII.GetBytes(chunk + "0\r\n\r\n"), "Transfer-Encoding: chunked")).AssertIsJson("true");
        (await world.SendAsync("PUT", "/v1/kv/chunks", Encoding.ASCII.GetBytes(chunk + chunk + "0\r\n\r\n"), "Transfer-Encoding: chunked")).AssertIsError(
            413, "Request body too large. Max allowed is 524288 bytes.");
        Assert.Equal(400_000, (await world.GetAsync("/v1/kv/chunks?raw")).Body.Length);
    }

    [Fact]
    public async Task A_prefix_is_deleted_with_all_below()
    {
        await using var own = await ConsulWorld.StartAsync();
        foreach (var key in new[] { "d/1", "d/2/3", "e" })
            await own.PutAsync("/v1/kv/" + key, "x");

        (await own.DeleteAsync("/v1/kv/d/?recurse")).AssertIsJson("true");
        (await own.GetAsync("/v1/kv/?keys")).AssertIsJson("""["e"]""");
        (await own.DeleteAsync("/v1/kv/?recurse")).AssertIsJson("true");
        (await own.GetAsync("/v1/kv/?keys")).AssertIsJson("[]");
    }

    [Fact]
    public async Task The_index_of_a_key_is_its_own_and_of_none_that_of_all()
    {
        await world.PutAsync("/v1/kv/index/a", "1");
        var index = (await world.GetAsync("/v1/kv/index/a")).Index;
        await world.PutAsync("/v1/kv/other", "1");
        await world.PutAsync("/v1/kv/other", "2");

        Assert.Equal(index, (await world.GetAsync("/v1/kv/index/a")).Index);
        Assert.Equal(index, (await world.GetAsync("/v1/kv/index/?recurse")).Index);
        Assert.True((await world.GetAsync("/v1/kv/index/b")).Index > index);
        Assert.True((await world.GetAsync("/v1/kv/?keys")).Index > index);
        await world.DeleteAsync("/v1/kv/index/a");
        Assert.True((await world.GetAsync("/v1/kv/index/?recurse")).Index > index);
    }
}
