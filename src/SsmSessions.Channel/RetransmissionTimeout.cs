namespace SsmSessions.Channel;

/// <summary>How long to wait for an acknowledgement, in milliseconds (spec/ssm-data-channel.md §7.4).</summary>
internal struct RetransmissionTimeout()
{
    private const double LeastVariation = 10;
    private const double MostMilliseconds = 1000;

    /// <summary>Round trip, smoothed.</summary>
    public double RoundTrip { get; private set; } = 100;

    /// <summary>How much round trips differ, smoothed.</summary>
    public double Variation { get; private set; }

    /// <summary>How long to wait.</summary>
    public double Milliseconds { get; private set; } = 200;

    /// <summary>Takes in how long one acknowledgement took.</summary>
    public void Add(double sample)
    {
        Variation = (0.75 * Variation) + (0.25 * Math.Abs(RoundTrip - sample));
        RoundTrip = (0.875 * RoundTrip) + (0.125 * sample);
        Milliseconds = Math.Min(MostMilliseconds, RoundTrip + Math.Max(LeastVariation, 4 * Variation));
    }
}
