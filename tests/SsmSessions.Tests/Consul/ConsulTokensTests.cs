using System.Text;
using SsmSessions.Core.Leases;
using SsmSessions.Server;
using SsmSessions.Server.Consul;

namespace SsmSessions.Tests.Consul;

/// <summary>spec/consul-sessions.md §8: what tokens may do, and how it looks when they may not.</summary>
public sealed class ConsulTokensTests : IAsyncLifetime
{
    private const string Root = "X-Consul-Token: root";
    private const string Reader = "X-Consul-Token: reader";
    private const string Locker = "X-Consul-Token: locker";
    private const string Denied = "Permission denied";

    private const string OfARead = ""","Index":1,"LastContact":0,"KnownLeader":true,"ConsistencyLevel":"","NotModified":false,"Backend":0}""";

    private const string File = """
        {"tokens":{
          "root":{"session":{"":"write"},"key":{"":"write"},"node":{"":"write"},"service":{"":"write"},"agent":{"":"write"}},
          "reader":{"session":{"n2":"read"},"key":{"":"read","secret/":"deny"}},
          "locker":{"session":{"n1":"write"},"key":{"locks/":"write","locks/held/":"read"}}
        }}
        """;

    private ConsulWorld? _world;

    private ConsulWorld World => _world!;

    public async ValueTask InitializeAsync()
    {
        _world = await ConsulWorld.StartAsync(WithTokens);
        await World.RegisterAsync("n2", CatalogCheck.SerfHealth);
    }

    public async ValueTask DisposeAsync() => await World.DisposeAsync();

    [Fact]
    public async Task A_token_that_does_not_exist_is_told_on_every_endpoint()
    {
        foreach (var path in new[] { "/v1/session/list", "/v1/session/node/n1", "/v1/session/info/" + ConsulWorld.Nobody, "/v1/kv/a", "/v1/kv/?recurse", "/v1/kv/?keys" })
            (await World.GetAsync(path, "X-Consul-Token: nonsense")).AssertIsError(403, "ACL not found");
        foreach (var path in new[] { "/v1/session/create", "/v1/session/renew/" + ConsulWorld.Nobody, "/v1/session/destroy/" + ConsulWorld.Nobody, "/v1/kv/a" })
            (await World.PutAsync(path, "", "X-Consul-Token: nonsense")).AssertIsError(403, "ACL not found");
        (await World.DeleteAsync("/v1/kv/a", "X-Consul-Token: nonsense")).AssertIsError(403, "ACL not found");
        (await World.PutAsync("/v1/txn", "[]", "X-Consul-Token: nonsense")).AssertIsError(403, "ACL not found");
    }

    [Theory]
    [InlineData("", "Authorization: Bearer root", 200)]
    [InlineData("", "Authorization: bearer  root ", 200)]
    [InlineData("", "Authorization: Basic root", 403)]
    [InlineData("", "X-Consul-Token: root", 200)]
    [InlineData("?token=root", "X-Consul-Token: reader", 200)]
    [InlineData("?token=reader", "X-Consul-Token: root", 403)]
    [InlineData("?token=", "X-Consul-Token: root", 200)]
    [InlineData("", "X-Other: root", 403)]
    public async Task A_token_comes_by_query_header_or_bearer_in_this_order(string query, string header, int status)
    {
        var reply = await World.PutAsync("/v1/session/create" + query, "", header);

        Assert.Equal(status, reply.Status);
        Assert.Equal("deny", reply["X-Consul-Default-Acl-Policy"]);
    }

    [Fact]
    public async Task Sessions_go_by_their_node()
    {
        (await World.PutAsync("/v1/session/create", """{"Node":"n2"}""", Locker)).AssertIsError(403, Denied);
        (await World.PutAsync("/v1/session/create", "")).AssertIsError(403, Denied);
        (await World.PutAsync("/v1/session/create", """{"Behavior":"nonsense"}""", Reader)).AssertIsError(403, Denied);
        var one = (await World.PutAsync("/v1/session/create", "", Locker)).Body[7..^2];
        var two = (await World.PutAsync("/v1/session/create", """{"Node":"n2"}""", Root)).Body[7..^2];

        (await World.GetAsync("/v1/session/list")).AssertIsJson("[]");
        Assert.Contains(two, (await World.GetAsync("/v1/session/list", Reader)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(one, (await World.GetAsync("/v1/session/list", Reader)).Body, StringComparison.Ordinal);
        Assert.Contains(one, (await World.GetAsync("/v1/session/list", Locker)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(two, (await World.GetAsync("/v1/session/list", Locker)).Body, StringComparison.Ordinal);
        (await World.GetAsync("/v1/session/info/" + one, Reader)).AssertIsJson("[]");
        (await World.GetAsync("/v1/session/node/n1", Reader)).AssertIsJson("[]");
        Assert.Contains(one, (await World.GetAsync("/v1/session/node/n1", Root)).Body, StringComparison.Ordinal);
        (await World.PutAsync("/v1/session/renew/" + two, "", Reader)).AssertIsError(403, Denied);
        (await World.PutAsync("/v1/session/destroy/" + two, "", Locker)).AssertIsError(403, Denied);
        Assert.Equal(200, (await World.PutAsync("/v1/session/renew/" + one, "", Locker)).Status);
        (await World.PutAsync("/v1/session/destroy/" + one, "", Locker)).AssertIsJson("true");
        Assert.Contains(two, (await World.GetAsync("/v1/session/list", Root)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_not_there_needs_no_right()
    {
        (await World.PutAsync("/v1/session/destroy/" + ConsulWorld.Nobody)).AssertIsJson("true");
        Assert.Equal(404, (await World.PutAsync("/v1/session/renew/" + ConsulWorld.Nobody)).Status);
    }

    [Fact]
    public async Task Keys_go_by_their_name()
    {
        foreach (var key in new[] { "a", "locks/a", "locks/held/a", "secret/a" })
            (await World.PutAsync("/v1/kv/" + key, "x", Root)).AssertIsJson("true");

        var denied = await World.GetAsync("/v1/kv/a");
        denied.AssertIsError(403, Denied);
        Assert.Null(denied["X-Consul-Index"]);
        (await World.GetAsync("/v1/kv/secret/a", Reader)).AssertIsError(403, Denied);
        (await World.GetAsync("/v1/kv/secret/missing", Reader)).AssertIsError(403, Denied);
        Assert.Equal(200, (await World.GetAsync("/v1/kv/a", Reader)).Status);
        (await World.GetAsync("/v1/kv/?keys", Reader)).AssertIsJson("""["a","locks/a","locks/held/a"]""");
        (await World.GetAsync("/v1/kv/?keys")).AssertIsJson("[]");
        (await World.GetAsync("/v1/kv/locks?keys")).AssertIs(404, "");
        (await World.GetAsync("/v1/kv/secret?recurse", Reader)).AssertIs(404, "");
        Assert.DoesNotContain("secret", (await World.GetAsync("/v1/kv/?recurse", Reader)).Body, StringComparison.Ordinal);
        (await World.PutAsync("/v1/kv/a", "y", Reader)).AssertIsError(403, Denied);
        (await World.PutAsync("/v1/kv/locks/held/a", "y", Locker)).AssertIsError(403, Denied);
        (await World.DeleteAsync("/v1/kv/locks/?recurse", Locker)).AssertIsError(403, Denied);
        (await World.DeleteAsync("/v1/kv/a", Reader)).AssertIsError(403, Denied);
        (await World.DeleteAsync("/v1/kv/locks/a", Locker)).AssertIsJson("true");
        (await World.DeleteAsync("/v1/kv/?recurse", Root)).AssertIsJson("true");
    }

    [Fact]
    public async Task A_lock_needs_the_right_to_the_key_and_none_to_the_session()
    {
        var two = (await World.PutAsync("/v1/session/create", """{"Node":"n2"}""", Root)).Body[7..^2];

        (await World.PutAsync("/v1/kv/locks/a?acquire=" + two, "", Locker)).AssertIsJson("true");
    }

    [Fact]
    public async Task A_transaction_is_denied_by_operation_and_its_results_are_filtered()
    {
        await World.PutAsync("/v1/kv/secret/a", "x", Root);

        (await World.PutAsync("/v1/txn", """[{"KV":{"Verb":"get","Key":"a"}},{"KV":{"Verb":"set","Key":"a"}}]""", Reader)).AssertIs(
            409, """{"Results":null,"Errors":[{"OpIndex":1,"What":"Permission denied"}]}""");
        (await World.PutAsync("/v1/txn", """[{"KV":{"Verb":"get-tree","Key":""}}]""", Reader)).AssertIs(409, """{"Results":null,"Errors":[{"OpIndex":0,"What":"Must provide key"}]""" + OfARead);
        (await World.PutAsync("/v1/txn", """[{"KV":{"Verb":"get-tree","Key":"secret"}}]""", Reader)).AssertIsJson("""{"Results":[],"Errors":null""" + OfARead);
        (await World.PutAsync("/v1/txn", """[{"KV":{"Verb":"check-index","Key":"secret/a","Index":1}}]""", Reader)).AssertIs(
            409, """{"Results":null,"Errors":[{"OpIndex":0,"What":"Permission denied"}]""" + OfARead);
    }

    [Fact]
    public async Task Anonymous_callers_may_do_what_the_file_says()
    {
        await using var own = await ConsulWorld.StartAsync(options =>
            options.ConsulTokens = ConsulTokens.Parse("""{"anonymous":{"session":{"":"write"},"key":{"public/":"read"}}}"""u8, "test"));

        await own.CreateAsync();

        Assert.Equal(404, (await own.GetAsync("/v1/kv/public/a")).Status);
        (await own.GetAsync("/v1/kv/a")).AssertIsError(403, Denied);
    }

    private static void WithTokens(SsmSessionsOptions options) => options.ConsulTokens = ConsulTokens.Parse(Encoding.UTF8.GetBytes(File), "test");
}
