namespace SsmSessions.Core;

/// <summary>Time that runs as its source does, at an offset that can be moved (<c>--fake-clock</c>). Timers and timestamps stay the
/// source's: only dates move.</summary>
public sealed class AdjustableTimeProvider(TimeProvider source) : TimeProvider
{
    private static readonly TimeSpan LargestOffset = TimeSpan.FromDays(366 * 100);

    private long _offsetTicks;

    /// <summary>How far this clock is ahead of its source.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 100 years.</exception>
    public TimeSpan Offset
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));
        set
        {
            if (value > LargestOffset || value < -LargestOffset)
                throw new ArgumentOutOfRangeException(nameof(value), value, "a clock moves 100 years at most");
            Interlocked.Exchange(ref _offsetTicks, value.Ticks);
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => source.GetUtcNow() + Offset;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => source.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => source.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp() => source.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        source.CreateTimer(callback, state, dueTime, period);
}
