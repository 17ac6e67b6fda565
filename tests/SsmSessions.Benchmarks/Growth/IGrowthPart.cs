using SsmSessions.Benchmarks.Growth.Plots;

namespace SsmSessions.Benchmarks.Growth;

/// <summary>A part of the service whose costs are measured at sizes a decade apart.</summary>
internal interface IGrowthPart
{
    /// <summary>How the command line names it.</summary>
    string Name { get; }

    /// <summary>The plots that it fills.</summary>
    IReadOnlyList<Plot> Plots { get; }

    /// <summary>Measures. A plot without readings was left out, and the progress has said why.</summary>
    Task<IReadOnlyList<(Plot Plot, IReadOnlyList<Reading> Readings)>> RunAsync(
        GrowthSettings settings, GrowthProgress progress, CancellationToken cancellationToken);
}

/// <summary>How long and how large a run is.</summary>
/// <param name="MostSessions">In the largest store; the smallest has 1,000.</param>
/// <param name="MostChannels">Data channels at once; the fewest are 10.</param>
/// <param name="MostKeys">Of Consul's API; the fewest are 1,000.</param>
/// <param name="MostWatchers">Blocking queries at once; the fewest are 10.</param>
/// <param name="Rounds">How often all sizes are measured in turn, so that what else the machine does falls on all of them.</param>
/// <param name="Round">How long a round of one size lasts.</param>
internal sealed record GrowthSettings(int MostSessions, int MostChannels, int MostKeys, int MostWatchers, int Rounds, TimeSpan Round)
{
    public static GrowthSettings Whole { get; } = new(1_000_000, 10_000, 1_000_000, 10_000, Rounds: 6, TimeSpan.FromSeconds(6));

    public static GrowthSettings Quick { get; } = new(10_000, 100, 10_000, 100, Rounds: 2, TimeSpan.FromSeconds(1));

    /// <summary>The sizes from one to another, each ten times the one before.</summary>
    public static IEnumerable<int> Decades(int from, int to)
    {
        for (long size = from; size <= to; size *= 10)
            yield return (int)size;
    }
}

/// <summary>Tells who watches how far a run is. Lines stay: what was left out, and why, is among them.</summary>
internal sealed class GrowthProgress(TextWriter output)
{
    /// <summary>A step begins.</summary>
    public void Step(string what) => output.WriteLine(what);

    /// <summary>Something was not measured.</summary>
    public void LeftOut(string what) => output.WriteLine("LEFT OUT: " + what);
}
