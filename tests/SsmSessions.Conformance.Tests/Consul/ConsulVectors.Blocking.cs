using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>Blocking queries. Their waits are real ones: there is no other way to see that nothing comes.</summary>
internal static partial class ConsulVectors
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    /// <summary>Timers may be early by as much.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(20);

    /// <summary>The time that a busy machine may add to an answer that is due.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1.2);

    private static IEnumerable<ConsulVector> Blocking() =>
    [
        new(19, "GET list ?index=<cur>&wait=2s", async world =>
        {
            var (index, blocked) = await BlockAsync(world);
            var (reply, after) = await blocked;
            Assert.Equal((HttpStatusCode.OK, index), (reply.Status, reply.Index));
            Assert.InRange(after, Wait - Grain, (Wait * 17 / 16) + Slack);
        }),
        new(20, "the same, and a session is created after 0.5 s", async world =>
        {
            var (index, blocked) = await BlockAsync(world);
            await StaysBlockedAsync(blocked, TimeSpan.FromSeconds(0.5));
            var id = await world.Client.CreateSessionAsync();
            var created = Stopwatch.GetTimestamp();
            var (reply, _) = await blocked;
            Assert.Equal(HttpStatusCode.OK, reply.Status);
            Assert.True(reply.Index > index);
            Assert.Contains(id, reply.Body, StringComparison.Ordinal);
            Assert.InRange(Stopwatch.GetElapsedTime(created), TimeSpan.Zero, Slack);
        }),
        new(21, "the same, and a renew happens", async world =>
        {
            var id = await world.Client.CreateSessionAsync("""{"TTL":"60s"}""");
            var (index, blocked) = await BlockAsync(world);
            await StaysBlockedAsync(blocked, TimeSpan.FromSeconds(0.5));
            Assert.Equal(HttpStatusCode.OK, (await world.Client.PutAsync("/v1/session/renew/" + id)).Status);
            var (reply, after) = await blocked;
            Assert.Equal(index, reply.Index);
            Assert.InRange(after, Wait - Grain, (Wait * 17 / 16) + Slack);
        }),
    ];

    /// <summary>Asks for the list as it will be after its next change, or in two seconds. The index is the one that it has now.</summary>
    private static async Task<(ulong Index, Task<(ConsulReply Reply, TimeSpan After)> Blocked)> BlockAsync(ConsulWorld world)
    {
        var index = (await world.Client.GetAsync("/v1/session/list")).Index;
        return (index, AskAsync());

        async Task<(ConsulReply, TimeSpan)> AskAsync()
        {
            var asked = Stopwatch.GetTimestamp();
            var reply = await world.Client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/session/list?index={index}&wait={Wait.TotalSeconds}s"));
            return (reply, Stopwatch.GetElapsedTime(asked));
        }
    }

    private static async Task StaysBlockedAsync(Task blocked, TimeSpan time) =>
        await Assert.ThrowsAsync<TimeoutException>(() => blocked.WaitAsync(time));
}
