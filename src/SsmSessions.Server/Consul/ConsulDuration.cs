using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul;

/// <summary>Durations in the form that Consul's clients and settings have: <c>10s</c>, <c>250ms</c>, <c>1h30m</c>.</summary>
public static class ConsulDuration
{
    /// <summary>Reads one. False for what is none, or is longer than 290 years.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var (nanoseconds, failure) = GoDuration.Parse(text);
        duration = GoDuration.ToTimeSpan(nanoseconds);
        return failure is null;
    }
}
