using SsmSessions.Testing;

namespace SsmSessions.Tests.Consul;

/// <summary>spec/consul-sessions.md §5. The clock of waiting stands still until a test moves it.</summary>
public sealed class BlockingQueriesTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _clock = new();
    private ConsulWorld? _world;

    private ConsulWorld World => _world!;

    public async ValueTask InitializeAsync() => _world = await ConsulWorld.StartAsync(realTime: _clock);

    public async ValueTask DisposeAsync() => await World.DisposeAsync();

    [Theory]
    [InlineData("wait=2s", 2)]
    [InlineData("", 300)]
    [InlineData("wait=0", 300)]
    [InlineData("wait=-1s", 300)]
    [InlineData("wait=20m", 600)]
    public async Task A_wait_is_over_after_its_time_and_less_than_a_sixteenth_more(string wait, double seconds)
    {
        var index = await CreateAsync();
        var blocked = await BlockAsync($"/v1/session/list?index={index}&{wait}");

        _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.False(blocked.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(seconds / 16) + TimeSpan.FromMilliseconds(2));

        var reply = await blocked.WaitAsync(Soon);
        Assert.Equal((200, index), (reply.Status, reply.Index));
    }

    [Fact]
    public async Task An_index_of_the_future_waits_and_learns_the_real_one()
    {
        var index = await CreateAsync();
        var blocked = await BlockAsync("/v1/session/list?index=18446744073709551615&wait=1s");

        _clock.Advance(TimeSpan.FromSeconds(1.1));

        Assert.Equal(index, (await blocked.WaitAsync(Soon)).Index);
    }

    [Theory]
    [InlineData("?wait=10m")]
    [InlineData("?index=0&wait=10m")]
    [InlineData("?index=1&wait=10m")]
    public async Task An_index_of_the_past_or_none_does_not_wait(string query)
    {
        var index = await CreateAsync();

        Assert.Equal(index, (await World.GetAsync("/v1/session/list" + query).WaitAsync(Soon)).Index);
    }

    [Fact]
    public async Task A_session_that_comes_or_goes_wakes_the_lists_and_a_renewal_does_not()
    {
        var index = await CreateAsync();
        var list = await BlockAsync($"/v1/session/list?index={index}");
        var node = await BlockAsync($"/v1/session/node/n1?index={index}");
        var id = World.Registry.Known.Leases.Keys.Single();
        var info = await BlockAsync($"/v1/session/info/{id.ToUpperInvariant()}?index={index}");

        await World.PutAsync("/v1/session/renew/" + id);
        await World.PutAsync("/v1/session/destroy/" + ConsulWorld.Nobody);
        await World.PutAsync("/v1/kv/a", "1");
        Assert.False(list.IsCompleted || node.IsCompleted || info.IsCompleted);
        await World.PutAsync("/v1/session/destroy/" + id);

        foreach (var reply in await Task.WhenAll(list, node, info).WaitAsync(Soon))
        {
            reply.AssertIsJson("[]");
            Assert.True(reply.Index > index);
        }
    }

    [Fact]
    public async Task A_key_wakes_who_waits_for_it_or_its_prefix()
    {
        await World.PutAsync("/v1/kv/a/b", "1");
        await World.PutAsync("/v1/kv/c", "1");
        var index = World.Registry.Known.KeysIndex;
        var key = await BlockAsync($"/v1/kv/a/b?index={index}");
        var prefix = await BlockAsync($"/v1/kv/a/?recurse&index={index}");
        var names = await BlockAsync($"/v1/kv/?keys&index={index}");
        var missing = await BlockAsync($"/v1/kv/a/x?index={index}");

        await World.PutAsync("/v1/kv/c", "1");
        Assert.False(names.IsCompleted);
        await World.PutAsync("/v1/kv/c", "2");
        (await names.WaitAsync(Soon)).AssertIsJson("""["a/b","c"]""");
        Assert.False(key.IsCompleted || prefix.IsCompleted || missing.IsCompleted);
        await World.DeleteAsync("/v1/kv/a/b");

        (await key.WaitAsync(Soon)).AssertIs(404, "");
        var gone = await prefix.WaitAsync(Soon);
        gone.AssertIs(404, "");
        Assert.Equal(World.Registry.Known.KeysIndex, gone.Index);
        Assert.False(missing.IsCompleted);
        await World.PutAsync("/v1/kv/a/x", "1");
        Assert.Equal(200, (await missing.WaitAsync(Soon)).Status);
    }

    [Fact]
    public async Task Watchers_of_one_list_share_what_is_rendered()
    {
        var index = await CreateAsync();
        var blocked = new List<Task<ConsulReply>>();
        for (var i = 0; i < 50; i++)
            blocked.Add(await BlockAsync($"/v1/session/list?index={index}"));

        await CreateAsync();

        var bodies = (await Task.WhenAll(blocked).WaitAsync(Soon)).Select(reply => reply.Body).Distinct();
        Assert.Equal((await World.GetAsync("/v1/session/list")).Body, Assert.Single(bodies));
    }

    [Fact]
    public async Task Who_waits_is_answered_when_the_server_stops()
    {
        var own = await ConsulWorld.StartAsync(realTime: _clock);
        var blocked = await BlockAsync("/v1/session/list?index=1000", own);

        await own.DisposeAsync().AsTask().WaitAsync(Soon);

        (await blocked.WaitAsync(Soon)).AssertIsJson("[]");
    }

    private async Task<ulong> CreateAsync()
    {
        await World.CreateAsync();
        return World.Registry.Known.LeasesIndex;
    }

    /// <summary>Sends a read that waits, and comes back when it does.</summary>
    private async Task<Task<ConsulReply>> BlockAsync(string path, ConsulWorld? world = null)
    {
        var timers = _clock.Timers;
        var reply = (world ?? World).GetAsync(path);
        await Eventually.IsTrueAsync(() => _clock.Timers > timers || reply.IsCompleted, Soon);
        return reply;
    }
}
