using System.Net;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>The specification's conformance vectors, with the texts of Consul 1.10.12 (spec/consul-sessions.md, at the end).</summary>
internal static partial class ConsulVectors
{
    private const string Create = "/v1/session/create";
    private const string Unknown = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

    /// <summary>All of them by number.</summary>
    public static IReadOnlyDictionary<int, ConsulVector> All { get; } =
        new[] { Sessions, Refusals, Blocking, Locks, Endings }.SelectMany(group => group()).ToDictionary(vector => vector.Number);

    private static IEnumerable<ConsulVector> Sessions() =>
    [
        new(1, "PUT create, no body", async world =>
        {
            var id = await world.Client.CreateSessionAsync();
            var reply = await world.Client.GetAsync("/v1/session/info/" + id);
            var index = reply.Json[0].GetProperty("CreateIndex").GetUInt64();
            Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id);
            Assert.Equal(
                $$"""[{"ID":"{{id}}","Name":"","Node":"n1","LockDelay":15000000000,"Behavior":"release","TTL":"","NodeChecks":["serfHealth"],"ServiceChecks":null,"CreateIndex":{{index}},"ModifyIndex":{{index}}}]""",
                reply.Body);
        }),
        new(2, """PUT create {"lockdelay":3,"TTL":"20s"}""", async world =>
        {
            var id = await world.Client.CreateSessionAsync("""{"lockdelay":3,"TTL":"20s"}""");
            var session = (await world.Client.SessionAsync(id))!.Value;
            Assert.Equal(3_000_000_000, session.GetProperty("LockDelay").GetInt64());
            Assert.Equal("20s", session.GetProperty("TTL").GetString());
        }),
        new(3, """PUT create {"Checks":[]}""", async world =>
        {
            var id = await world.Client.CreateSessionAsync("""{"Checks":[]}""");
            Assert.Equal("[]", (await world.Client.SessionAsync(id))!.Value.GetProperty("NodeChecks").GetRawText());
        }),
        new(4, """PUT create {"Foo":1}""", async world => Assert.NotNull(await world.Client.SessionAsync(await world.Client.CreateSessionAsync("""{"Foo":1}""")))),
        new(10, "GET info of an unknown id", async world =>
        {
            var reply = await world.Client.GetAsync("/v1/session/info/" + Unknown);
            Assert.Equal((HttpStatusCode.OK, "[]"), (reply.Status, reply.Body));
            Assert.True(reply.Index >= 1);
        }),
        new(11, "PUT renew of an unknown id", async world =>
        {
            var reply = await world.Client.PutAsync("/v1/session/renew/" + Unknown);
            Assert.Equal((HttpStatusCode.NotFound, $"Session id '{Unknown}' not found"), (reply.Status, reply.Body));
            Assert.DoesNotContain("X-Consul-Index", reply.Headers.Keys);
        }),
        new(12, "PUT destroy of an unknown id, twice", async world =>
        {
            for (var i = 0; i < 2; i++)
            {
                var reply = await world.Client.PutAsync("/v1/session/destroy/" + Unknown);
                Assert.Equal((HttpStatusCode.OK, "true"), (reply.Status, reply.Body));
            }
        }),
    ];

    private static IEnumerable<ConsulVector> Refusals() =>
    [
        ConsulVector.Exact(
            5, "PUT", Create, """{"TTL":15}""", HttpStatusCode.BadRequest, "Request decode failed: json: cannot unmarshal number into Go struct field .TTL of type string"),
        ConsulVector.Exact(
            6, "PUT", Create, """{"TTL":"9s"}""", HttpStatusCode.InternalServerError, "Invalid Session TTL '9000000000', must be between [10s=24h0m0s]"),
        ConsulVector.Exact(7, "PUT", Create, """{"Behavior":"xyz"}""", HttpStatusCode.InternalServerError, "Invalid Behavior setting 'xyz'"),
        ConsulVector.Exact(8, "PUT", Create, """{"Node":"nope"}""", HttpStatusCode.InternalServerError, "apply failed: Missing node registration"),
        ConsulVector.Exact(
            9, "PUT", Create, """{"NodeChecks":["nocheck"]}""", HttpStatusCode.InternalServerError, "apply failed: Missing check 'nocheck' registration"),
        ConsulVector.Exact(
            13,
            "PUT",
            "/v1/session/destroy/abc",
            null,
            HttpStatusCode.InternalServerError,
            "apply failed: failed session lookup: index error: UUID must be 36 characters"),
        ConsulVector.Exact(14, "GET", "/v1/session/info/", null, HttpStatusCode.BadRequest, "Missing session"),
        new(15, "POST create", async world =>
        {
            var reply = await world.Client.SendAsync(HttpMethod.Post, Create, body: null);
            Assert.Equal((HttpStatusCode.MethodNotAllowed, "method POST not allowed"), (reply.Status, reply.Body));
            Assert.Equal("OPTIONS,PUT", reply.Headers["Allow"]);
        }),
        ConsulVector.Exact(16, "GET", "/v1/session/list?wait=10", null, HttpStatusCode.BadRequest, "Invalid wait time"),
        ConsulVector.Exact(
            17,
            "GET",
            "/v1/session/list?stale&consistent",
            null,
            HttpStatusCode.BadRequest,
            "Cannot specify ?stale with ?consistent, conflicting semantics."),
        ConsulVector.Exact(
            18,
            "GET",
            "/v1/session/list?ns=default",
            null,
            HttpStatusCode.BadRequest,
            "Bad request: Invalid query parameter: \"ns\" - Namespaces are a Consul Enterprise feature"),
    ];
}
