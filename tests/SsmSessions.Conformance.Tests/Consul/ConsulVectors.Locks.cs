using System.Net;
using System.Text.Json;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>Keys, who holds them, and what ends a session.</summary>
internal static partial class ConsulVectors
{
    private const int LargestValue = 512 * 1024;

    private static IEnumerable<ConsulVector> Locks() =>
    [
        new(22, "PUT kv/k?acquire=A; again by A; by B", async world =>
        {
            var (a, b) = await TwoSessionsAsync(world);
            Assert.True(await world.Client.WriteAsync(world.Key, "acquire=" + a, "1"));
            AssertHeld(await world.Client.KeyAsync(world.Key), a, lockIndex: 1);
            Assert.True(await world.Client.WriteAsync(world.Key, "acquire=" + a, "2"));
            AssertHeld(await world.Client.KeyAsync(world.Key), a, lockIndex: 1);
            Assert.False(await world.Client.WriteAsync(world.Key, "acquire=" + b, "3"));
            AssertHeld(await world.Client.KeyAsync(world.Key), a, lockIndex: 1);
        }),
        new(23, "destroy A (LockDelay 3s); acquire by B at once, after 3.1 s", async world =>
        {
            var (a, b) = await TwoSessionsAsync(world, """{"LockDelay":"3s"}""");
            Assert.True(await world.Client.WriteAsync(world.Key, "acquire=" + a));
            Assert.Equal("true", (await world.Client.PutAsync("/v1/session/destroy/" + a)).Body);
            Assert.False((await world.Client.KeyAsync(world.Key))!.Value.TryGetProperty("Session", out _));
            Assert.False(await world.Client.WriteAsync(world.Key, "acquire=" + b));
            await world.PassAsync(TimeSpan.FromSeconds(3.1));
            Assert.True(await world.Client.WriteAsync(world.Key, "acquire=" + b));
            AssertHeld(await world.Client.KeyAsync(world.Key), b, lockIndex: 2);
        })
        { TakesTime = true },
        new(24, "release by the holder, acquire by another at once", async world =>
        {
            var (a, b) = await TwoSessionsAsync(world);
            Assert.True(await world.Client.WriteAsync(world.Key, "acquire=" + a));
            Assert.True(await world.Client.WriteAsync(world.Key, "release=" + a));
            Assert.True(await world.Client.WriteAsync(world.Key, "acquire=" + b));
            AssertHeld(await world.Client.KeyAsync(world.Key), b, lockIndex: 2);
        }),
        new(27, "acquire with an unknown session", async world =>
        {
            var reply = await world.Client.PutAsync($"/v1/kv/{world.Key}?acquire={Unknown}", "");
            Assert.Equal((HttpStatusCode.InternalServerError, $"raft apply failed: invalid session \"{Unknown}\""), (reply.Status, reply.Body));
        }),
        new(28, "GET kv/missing", async world =>
        {
            var reply = await world.Client.GetAsync("/v1/kv/" + world.Key);
            Assert.Equal((HttpStatusCode.NotFound, ""), (reply.Status, reply.Body));
            Assert.True(reply.Index >= 1);
        }),
        new(29, "PUT kv/k with 524288 and 524289 bytes", async world =>
        {
            var reply = await world.Client.PutAsync("/v1/kv/" + world.Key, new byte[LargestValue]);
            Assert.Equal((HttpStatusCode.OK, "true"), (reply.Status, reply.Body));
            Assert.Equal(LargestValue, (await world.Client.KeyAsync(world.Key))!.Value.GetProperty("Value").GetBytesFromBase64().Length);
            reply = await world.Client.PutAsync("/v1/kv/" + world.Key, new byte[LargestValue + 1]);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.Status);
            Assert.Equal(
                "Request body(524289 bytes) too large, max size: 524288 bytes. See https://www.consul.io/docs/agent/options.html#kv_max_value_size.",
                reply.Body);
        }),
    ];

    private static IEnumerable<ConsulVector> Endings() =>
    [
        new(25, "a session with Behavior delete that holds k is destroyed", async world =>
        {
            var id = await world.Client.CreateSessionAsync("""{"Behavior":"delete"}""");
            Assert.True(await world.Client.WriteAsync(world.Key, "acquire=" + id, "held"));
            await world.Client.PutAsync("/v1/session/destroy/" + id);
            Assert.Equal(HttpStatusCode.NotFound, (await world.Client.GetAsync("/v1/kv/" + world.Key)).Status);
        }),
        new(26, "TTL 10s, not renewed", async world =>
        {
            var id = await world.Client.CreateSessionAsync("""{"TTL":"10s"}""");
            await world.PassAsync(TimeSpan.FromSeconds(10));
            Assert.NotNull(await world.Client.SessionAsync(id));
            await world.PassAsync(TimeSpan.FromSeconds(10));

            // It is ended beside the clock, which need not move much for it.
            await Eventually.IsTrueAsync(async () =>
            {
                await world.PassAsync(TimeSpan.FromMilliseconds(10));
                return await world.Client.SessionAsync(id) is null;
            }, Slack * 5);
        })
        { TakesTime = true },
        new(30, "a check of the session is set to warning, then to critical", async world =>
        {
            var node = $"node-{Guid.NewGuid():N}";
            await ReportAsync(world, node, "passing");
            var id = await world.Client.CreateSessionAsync($$"""{"Node":"{{node}}","NodeChecks":["up"]}""");
            Assert.True(await world.Client.WriteAsync(world.Key, "acquire=" + id));
            await ReportAsync(world, node, "warning");
            AssertHeld(await world.Client.KeyAsync(world.Key), id, lockIndex: 1);
            await ReportAsync(world, node, "critical");
            Assert.Null(await world.Client.SessionAsync(id));
            Assert.False((await world.Client.KeyAsync(world.Key))!.Value.TryGetProperty("Session", out _));
        }),
    ];

    private static async Task<(string A, string B)> TwoSessionsAsync(ConsulWorld world, string? json = null) =>
        (await world.Client.CreateSessionAsync(json), await world.Client.CreateSessionAsync(json));

    private static void AssertHeld(JsonElement? entry, string session, ulong lockIndex)
    {
        Assert.Equal(session, entry!.Value.GetProperty("Session").GetString());
        Assert.Equal(lockIndex, entry.Value.GetProperty("LockIndex").GetUInt64());
    }

    private static async Task ReportAsync(ConsulWorld world, string node, string status)
    {
        var reply = await world.Client.PutAsync(
            "/v1/catalog/register", $$$"""{"Node":"{{{node}}}","Address":"127.0.0.1","Check":{"CheckID":"up","Name":"up","Status":"{{{status}}}"}}""");
        Assert.Equal((HttpStatusCode.OK, "true"), (reply.Status, reply.Body));
    }
}
