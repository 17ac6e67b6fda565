using SsmSessions.Conformance.Tests.Consul;
using SsmSessions.Core;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>The clock jumps, the system's or a fake one: what lasts a while lasts that while, and lists stay lists.</summary>
public sealed class ClockJumpTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_lease_lasts_its_time_when_the_clock_of_the_system_jumps(int hours)
    {
        var clock = new JumpingTimeProvider();
        await using var host = await TestServer.StartAsync(time: clock, configure: options => options.ConsulSessionTtlMin = TimeSpan.FromSeconds(1), realTime: clock);
        using var consul = new ConsulClient(host.Url);
        var held = await consul.CreateSessionAsync("""{"TTL":"60s","LockDelay":0}""");
        var forgotten = await consul.CreateSessionAsync("""{"TTL":"1s","LockDelay":0}""");

        clock.Jump(TimeSpan.FromHours(hours));

        await Eventually.IsTrueAsync(async () => await consul.SessionAsync(forgotten) is null, Deadline);
        Assert.NotNull(await consul.SessionAsync(held));
        Assert.Equal(200, (int)(await consul.PutAsync("/v1/session/renew/" + held)).Status);
    }

    [Fact]
    public async Task A_lock_delay_lasts_its_time_when_the_clock_of_the_system_goes_back()
    {
        var clock = new JumpingTimeProvider();
        await using var host = await TestServer.StartAsync(time: clock, realTime: clock);
        using var consul = new ConsulClient(host.Url);
        var first = await consul.CreateSessionAsync("""{"LockDelay":"1s"}""");
        var second = await consul.CreateSessionAsync();
        Assert.True(await consul.WriteAsync("key", "acquire=" + first));
        await consul.PutAsync("/v1/session/destroy/" + first);

        clock.Jump(-TimeSpan.FromHours(1));

        await Eventually.IsTrueAsync(() => consul.WriteAsync("key", "acquire=" + second), Deadline);
    }

    [Fact]
    public async Task Lists_tokens_and_ids_are_right_when_a_fake_clock_is_moved_to_and_fro()
    {
        var clock = new AdjustableTimeProvider(TimeProvider.System);
        await using var host = await TestServer.StartAsync(time: clock);
        using var api = new ApiClient(host.Url);
        var started = new List<(string Id, int Minutes)>();
        foreach (var minutes in (int[])[0, 10, 5, -30, 7, 3, -60, 1])
        {
            clock.Offset = TimeSpan.FromMinutes(minutes);
            started.Add((await host.StartSessionAsync(), minutes));
        }

        clock.Offset = TimeSpan.Zero;
        var (first, token) = await StateCheck.PageAsync(api, "Active", 3, token: null);
        clock.Offset = TimeSpan.FromMinutes(-45);
        var newer = await host.StartSessionAsync();
        clock.Offset = TimeSpan.FromMinutes(11);
        var rest = await StateCheck.ListAsync(api, "Active", token);

        var ids = first.Concat(rest).Select(session => session.Id).ToArray();
        // Those of the past were idle for more than 20 minutes when the clock came back.
        Assert.Equal(started.Where(session => session.Minutes >= 0).OrderByDescending(session => session.Minutes).Select(session => session.Id), ids);
        Assert.DoesNotContain(newer, ids);
        clock.Offset = TimeSpan.FromMinutes(21);
        Assert.DoesNotContain(started[0].Id, (await StateCheck.ListAsync(api, "Active")).Select(session => session.Id));
        clock.Offset = TimeSpan.FromMinutes(-60);
        Assert.DoesNotContain(started[0].Id, (await StateCheck.ListAsync(api, "Active")).Select(session => session.Id));
    }

    [Fact]
    public async Task A_token_that_expired_is_good_for_nothing_and_a_fresh_one_is_good_whatever_the_clock_did()
    {
        var clock = new AdjustableTimeProvider(TimeProvider.System);
        await using var host = await TestServer.StartAsync(time: clock);
        var session = await host.StartChannelAsync();

        clock.Offset = TimeSpan.FromMinutes(3);
        await using (var late = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token))
            Assert.Contains("expired", await late.WaitForChannelClosedAsync(), StringComparison.Ordinal);
        var fresh = await host.ResumeSessionAsync(session.Id);
        clock.Offset = TimeSpan.FromMinutes(-3);

        await using var client = await DataChannelClient.ConnectAsync(fresh.StreamUrl, fresh.Token);
        await client.WaitUntilReadyAsync();
    }
}
