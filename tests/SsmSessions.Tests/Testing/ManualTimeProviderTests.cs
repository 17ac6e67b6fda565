using SsmSessions.Testing;

namespace SsmSessions.Tests.Testing;

public sealed class ManualTimeProviderTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void The_clock_moves_only_by_hand()
    {
        var start = _clock.GetUtcNow();
        var timestamp = _clock.GetTimestamp();
        Assert.Equal(start, _clock.GetUtcNow());

        _clock.Advance(Second * 90);

        Assert.Equal(start + (Second * 90), _clock.GetUtcNow());
        Assert.Equal(Second * 90, _clock.GetElapsedTime(timestamp));
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(-Second));
    }

    [Fact]
    public void Timers_fire_in_the_order_they_are_due_and_see_their_own_time()
    {
        var start = _clock.GetUtcNow();
        var fired = new List<string>();
        using var late = _clock.CreateTimer(_ => Fire("late"), state: null, Second * 5, Timeout.InfiniteTimeSpan);
        using var every = _clock.CreateTimer(_ => Fire("every"), state: null, Second * 2, Second * 2);
        using var never = _clock.CreateTimer(_ => Fire("never"), state: null, Second * 7, Timeout.InfiniteTimeSpan);
        never.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        _clock.Advance(Second * 6.5);

        Assert.Equal(["every 2", "every 4", "late 5", "every 6"], fired);
        Assert.Equal(1, _clock.Timers);

        void Fire(string name) => fired.Add($"{name} {(_clock.GetUtcNow() - start).TotalSeconds}");
    }

    [Fact]
    public async Task Delays_and_deadlines_follow_it()
    {
        using var deadline = new CancellationTokenSource(Second * 3, _clock);
        var delay = Task.Delay(Second * 2, _clock);

        _clock.Advance(Second);
        Assert.False(delay.IsCompleted);
        _clock.Advance(Second);
        await delay.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(deadline.IsCancellationRequested);
        _clock.Advance(Second);
        Assert.True(deadline.IsCancellationRequested);
    }

    [Fact]
    public void A_timer_may_set_another_that_is_due_within_the_same_advance()
    {
        var fired = 0;
        ITimer? second = null;
        using var first = _clock.CreateTimer(
            _ => second = _clock.CreateTimer(_ => fired++, state: null, Second, Timeout.InfiniteTimeSpan), state: null, Second, Timeout.InfiniteTimeSpan);

        _clock.Advance(Second * 2);

        Assert.Equal(1, fired);
        second!.Dispose();
    }
}
