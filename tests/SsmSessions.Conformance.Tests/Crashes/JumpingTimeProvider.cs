namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>The system's clock, when somebody sets it: dates jump, timers and timestamps do not.</summary>
internal sealed class JumpingTimeProvider : TimeProvider
{
    private long _jumped;

    /// <summary>Sets the clock.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _jumped, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _jumped));
}
