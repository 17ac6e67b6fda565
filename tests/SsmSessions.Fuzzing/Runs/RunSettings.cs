namespace SsmSessions.Fuzzing.Runs;

/// <summary>How doors are tried.</summary>
/// <param name="Inputs">How many inputs are made for each, besides the corpus.</param>
/// <param name="Seed">What they follow from.</param>
/// <param name="First">The number of the first one.</param>
/// <param name="FailureFolder">Where inputs that fail are put, or null.</param>
internal sealed record RunSettings(long Inputs, ulong Seed, long First = 0, string? FailureFolder = null)
{
    /// <summary>False where other things go on in the process, whose memory and failures are not the door's.</summary>
    public bool IsAlone { get; init; } = true;

    /// <summary>An input that is not answered within this counts as a hang.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>After so many failures a door is left.</summary>
    public int MostFailures { get; init; } = 20;
}
