using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace SsmSessions.Tests.Consul;

/// <summary>Whatever a stranger sends is answered with one of the answers there are: nothing fails inside.</summary>
public sealed class AnyRequestProperties(ConsulWorld world) : IClassFixture<ConsulWorld>
{
    private static readonly int[] Known = [200, 301, 400, 404, 405, 409, 413, 500];

    private static readonly string[] Endpoints =
        ["session/create", "session/destroy/", "session/info/", "session/list", "session/node/", "session/renew/", "kv/", "txn", "catalog/register", "agent/check/register", ""];

    private static readonly string[] Names = ["a", "/", "//", "..", ".", "%2F", "%2f..", "%", "%zz", "%C3%A4", "%ff", "%00", "%20", "+", "~", "n1", ConsulWorld.Nobody, ConsulWorld.Nobody[..35] + "z"];

    private static readonly string[] Queries =
    [
        "&", ";", "=", "?", "%", "%2", "recurse", "keys", "raw", "pretty", "stale", "consistent", "separator=", "cas=0", "cas=18446744073709551615", "cas=-1", "flags=1", "flags=x",
        "acquire=" + ConsulWorld.Nobody, "acquire", "release=x", "dc=dc1", "dc=x", "ns=", "ns=x", "wait=1s", "wait=x", "index=0", "max_stale=1", "token=x", "%ff=%C3",
    ];

    private static readonly string[] Bodies =
    [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "1", "1e999", "-1", "\"Node\":", "\"TTL\":", "\"LockDelay\":", "\"Checks\":", "\"nodechecks\":", "\"ServiceChecks\":", "\"ID\":", "\"KV\":",
        "\"Verb\":", "\"Key\":", "\"Value\":", "\"get\"", "\"n1\"", "\"10s\"", "\"serfHealth\"", "\\ud800", "\u0000", "ä", " ", "{\"KV\":{\"Verb\":\"set\",\"Key\":\"a\"}}", "{\"Node\":\"n1\"}",
    ];

    [Fact]
    public async Task Any_request_is_answered()
    {
        var requests = Gen.Elements("GET", "PUT", "DELETE", "HEAD", "OPTIONS", "POST").SelectMany(method => Gen.Elements(Endpoints)
            .SelectMany(endpoint => Some(Names, 3).SelectMany(name => Some(Queries, 4).SelectMany(query => Some(Bodies, 12).Select(body => (method, endpoint + name, query, body))))));

        foreach (var (method, path, query, body) in requests.Sample(3_000))
        {
            var target = $"/v1/{path}?{query}";
            var reply = await world.SendAsync(method, target, method is "PUT" or "POST" ? Encoding.UTF8.GetBytes(body) : null);
            Assert.True(Known.Contains(reply.Status) && reply.Body != "internal error", $"{method} {target} with {body}: {reply.Status} {reply.Body}");
        }
    }

    private static Gen<string> Some(string[] pieces, int most) =>
        Gen.Choose(0, most).SelectMany(count => Gen.Elements(pieces).ArrayOf(count)).Select(string.Concat);
}
