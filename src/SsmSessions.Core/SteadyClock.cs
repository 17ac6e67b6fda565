namespace SsmSessions.Core;

/// <summary>The service's time without the jumps of the system's clock, for what is due after a while: it is due after that while. What Admin moves
/// of a fake clock counts. Its dates are good for comparing with each other only.</summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _start = time.GetUtcNow() - MovedBy(time);
    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>The present time.</summary>
    public DateTimeOffset Now => _start + time.GetElapsedTime(_startedAt) + MovedBy(time);

    private static TimeSpan MovedBy(TimeProvider time) => time is AdjustableTimeProvider adjustable ? adjustable.Offset : TimeSpan.Zero;
}
