using SsmSessions.Core;
using SsmSessions.Core.Hosts;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.Store;

namespace SsmSessions.Tests.Hosts;

/// <summary>Who lives is seen by those whose clocks differ, or have jumped.</summary>
public sealed class HostDirectoryTests : IAsyncLifetime
{
    private static readonly TimeSpan AnHour = TimeSpan.FromHours(1);

    private readonly SqliteTable _table = new(new SqliteTableOptions(), TimeProvider.System);
    private readonly ManualTimeProvider _time = new();
    private readonly AdjustableTimeProvider _itsClock;
    private readonly SharedTable _shared;
    private readonly HostDirectory _ours;
    private readonly HostDirectory _its;

    public HostDirectoryTests()
    {
        _shared = new SharedTable(_table);
        _itsClock = new AdjustableTimeProvider(_time);
        _ours = new HostDirectory(_shared, _time);
        _its = new HostDirectory(_shared, _itsClock);
    }

    public async ValueTask InitializeAsync() => await _table.OpenAsync(default);

    public ValueTask DisposeAsync() => _table.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_host_that_stands_still_is_dead_whatever_its_clock_said(int hoursAhead)
    {
        _itsClock.Offset = AnHour * hoursAhead;
        await BeatAsync();
        Assert.Single(await LiveAsync());

        _time.Advance(HostDirectory.DeadAfter);

        Assert.Empty(await LiveAsync());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_host_that_is_seen_to_move_lives_whatever_its_clock_says(int hoursAhead)
    {
        _itsClock.Offset = AnHour * hoursAhead;
        for (var i = 0; i < 3; i++)
        {
            await BeatAsync();
            _ = await LiveAsync();
            _time.Advance(HostDirectory.HeartbeatInterval);
        }

        Assert.Single(await LiveAsync());
        _time.Advance(HostDirectory.DeadAfter);
        Assert.Empty(await LiveAsync());
    }

    [Fact]
    public async Task A_host_knows_that_it_lives_although_it_could_not_say_so_for_a_while()
    {
        using var host = new HostMembership(_ours, _shared, _time, "host", peerUrl: null, []);
        await host.JoinAsync(default);

        _time.Advance(AnHour);

        Assert.Single(await LiveAsync());
        // Others took it for dead, and have ended what it had.
        await _its.RemoveAsync("host", default);
        Assert.Equal("host", Assert.Single(await LiveAsync()).Name);
    }

    [Fact]
    public async Task A_name_is_free_a_while_after_its_host_died_although_the_clock_went_back()
    {
        _itsClock.Offset = AnHour;
        await BeatAsync();
        using var next = new HostMembership(_ours, _shared, _time, "host", peerUrl: null, []);

        var joining = next.JoinAsync(default);
        await Eventually.IsTrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(500));
                return joining.IsCompleted;
            },
            TimeSpan.FromSeconds(30));

        await joining;
    }

    [Fact]
    public async Task A_host_that_was_read_before_this_one_stood_still_is_not_dead()
    {
        await BeatAsync();
        Assert.False(_ours.IsDead(await ReadAsync()));
        var read = await ReadAsync();

        _time.Advance(AnHour);

        Assert.False(_ours.IsDead(read));
        Assert.True(_ours.IsDead(await ReadAsync()));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(3600)]
    public async Task Nobody_is_dead_because_the_table_was_away_for_all(int seconds)
    {
        var away = TimeSpan.FromSeconds(seconds);
        using var host = new HostMembership(_ours, _shared, _time, "ours", peerUrl: null, []);
        await host.JoinAsync(default);
        await BeatAsync();
        Assert.False(_ours.IsDead(await ReadAsync()));

        _time.Advance(away);
        Assert.False(_ours.IsDead(await ReadAsync()));
        await host.BeatAsync(default);
        Assert.Equal(away >= HostDirectory.DeadAfter, host.MayBeDisowned);
        Assert.False(_ours.IsDead(await ReadAsync()));

        for (var beats = 0; beats < 3; beats++)
        {
            Assert.False(_ours.IsDead(await ReadAsync()));
            _time.Advance(HostDirectory.HeartbeatInterval);
            await host.BeatAsync(default);
        }

        Assert.True(_ours.IsDead(await ReadAsync()));
    }

    private async Task<HostRecord> ReadAsync() => (await _ours.FindAsync("host", default))!;

    private Task BeatAsync() => _its.PublishAsync(new HostRecord("host", "its-run", [], PeerUrl: null, Heartbeat: 0), default);

    private async Task<IReadOnlyList<HostRecord>> LiveAsync() => await _ours.LiveAsync(fresh: true, default);
}
