namespace SsmSessions.Tests.Consul.Keys;

/// <summary>spec/consul-sessions.md §7.5.</summary>
public sealed class TransactionTests(ConsulWorld world) : IClassFixture<ConsulWorld>
{
    /// <summary>What a transaction that only reads says besides.</summary>
    private const string OfARead = ""","Index":1,"LastContact":0,"KnownLeader":true,"ConsistencyLevel":"","NotModified":false,"Backend":0}""";

    [Fact]
    public async Task Writes_show_entries_without_values()
    {
        var session = await world.CreateAsync();

        var reply = await world.PutAsync("/v1/txn", $$$"""[{"KV":{"Verb":"set","Key":"a","Value":"eA==","Flags":3}},{"KV":{"verb":"lock","key":"b","session":"{{{session}}}"}},{"KV":{"Verb":"get","Key":"a"}},{"KV":{"Verb":"delete","Key":"a"}}]""");

        var index = world.Registry.Known.KeysIndex;
        reply.AssertIsJson($$$"""{"Results":[{"KV":{"LockIndex":0,"Key":"a","Flags":3,"Value":null,"CreateIndex":{{{index}}},"ModifyIndex":{{{index}}}}},{"KV":{"LockIndex":1,"Key":"b","Flags":0,"Value":null,"Session":"{{{session}}}","CreateIndex":{{{index}}},"ModifyIndex":{{{index}}}}},{"KV":{"LockIndex":0,"Key":"a","Flags":3,"Value":"eA==","CreateIndex":{{{index}}},"ModifyIndex":{{{index}}}}}],"Errors":null}""");
        Assert.Null(reply["X-Consul-Index"]);
        Assert.Equal(404, (await world.GetAsync("/v1/kv/a")).Status);
    }

    [Fact]
    public async Task A_failure_undoes_everything()
    {
        var reply = await world.PutAsync("/v1/txn", """[{"KV":{"Verb":"set","Key":"undone","Value":"eA=="}},{"KV":{"Verb":"cas","Key":"undone","Index":1}}]""");

        reply.AssertIs(409, """{"Results":null,"Errors":[{"OpIndex":1,"What":"failed to set key \"undone\", index is stale"}]}""");
        Assert.Equal("application/json", reply["Content-Type"]);
        Assert.Equal(404, (await world.GetAsync("/v1/kv/undone")).Status);
    }

    [Fact]
    public async Task Reads_write_nothing()
    {
        await world.PutAsync("/v1/kv/read", "x");
        var index = world.Registry.Known.Index;

        var reply = await world.PutAsync("/v1/txn?stale", """[{"KV":{"Verb":"get-tree","Key":"rea"}},{"KV":{"Verb":"check-not-exists","Key":"nothing"}}]""");

        reply.AssertIsJson($$$"""{"Results":[{"KV":{"LockIndex":0,"Key":"read","Flags":0,"Value":"eA==","CreateIndex":{{{index}}},"ModifyIndex":{{{index}}}}}],"Errors":null{{{OfARead}}}""");
        Assert.Equal(index, world.Registry.Known.Index);
        (await world.PutAsync("/v1/txn", """[{"KV":{"Verb":"get","Key":"nothing"}}]""")).AssertIs(
            409, """{"Results":null,"Errors":[{"OpIndex":0,"What":"key \"nothing\" doesn't exist"}]""" + OfARead);
        (await world.PutAsync("/v1/txn?stale&consistent", "[]")).AssertIsError(400, "Cannot specify ?stale with ?consistent, conflicting semantics.");
    }

    [Theory]
    [InlineData("", "EOF")]
    [InlineData("[{", "unexpected EOF")]
    [InlineData("{}", "json: cannot unmarshal object into Go value of type api.TxnOps")]
    [InlineData("[1]", "json: cannot unmarshal number into Go value of type api.TxnOp")]
    [InlineData("""[{"Node":{}}]""", "only operations on keys are supported")]
    [InlineData("""[{"KV":{"Foo":1}}]""", "json: unknown field \"Foo\"")]
    [InlineData("""[{"KV":{"Verb":1}}]""", "json: cannot unmarshal number into Go struct field KVTxnOp.KV.Verb of type api.KVOp")]
    [InlineData("""[{"KV":{"Value":"eA="}}]""", "illegal base64 data at input byte 3")]
    [InlineData("""[{"KV":{"Value":"e-A="}}]""", "illegal base64 data at input byte 1")]
    [InlineData("""[{"KV":{"Value":"eA==x"}}]""", "illegal base64 data at input byte 4")]
    [InlineData("""[{"KV":{"Value":"eAA"}}]""", "illegal base64 data at input byte 0")]
    public async Task A_body_that_cannot_be_decoded_is_told(string body, string text) =>
        (await world.PutAsync("/v1/txn", body)).AssertIsError(400, "Failed to parse body: " + text);

    [Theory]
    [InlineData("""[{"KV":{"Verb":"set"}}]""", "Must provide key")]
    [InlineData("""[{"KV":{"Verb":"get-or-empty","Key":"a"}},{"KV":{"Verb":"set","Key":"a"}}]""", "unknown KV verb \\\"get-or-empty\\\"")]
    [InlineData("""[{"KV":{"Verb":"lock","Key":"a","Session":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"}}]""", "invalid session \\\"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee\\\"")]
    public async Task An_operation_that_makes_no_sense_is_told(string body, string text) =>
        (await world.PutAsync("/v1/txn", body)).AssertIs(409, $$$"""{"Results":null,"Errors":[{"OpIndex":0,"What":"{{{text}}}"}]}""");

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("[{},null]")]
    [InlineData("""[{"KV":null,"Node":null,"Service":null,"Check":null}]""")]
    public async Task Nothing_to_do_is_done(string body) => (await world.PutAsync("/v1/txn", body)).AssertIsJson("""{"Results":[],"Errors":null""" + OfARead);

    [Fact]
    public async Task A_transaction_is_bounded()
    {
        var many = "[" + string.Join(',', Enumerable.Repeat("""{"KV":{"Verb":"get","Key":"a"}}""", 65)) + "]";
        (await world.PutAsync("/v1/txn", many)).AssertIsError(413, "Transaction contains too many operations (65 > 64)");
        (await world.PutAsync("/v1/txn", new string(' ', 524289))).AssertIsError(
            413, "Request body(524289 bytes) too large, max size: 524288 bytes. See https://www.consul.io/docs/agent/options.html#txn_max_req_len.");
        (await world.PutAsync("/v1/txn", $$$"""[{"KV":{"Verb":"get","Key":"{{{new string('k', 8193)}}}"}}]""")).AssertIsError(413, "Key is too large (8193 > 8192 bytes)");
    }
}
