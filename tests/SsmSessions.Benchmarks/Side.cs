using System.Globalization;

namespace SsmSessions.Benchmarks;

/// <summary>One of several things that are measured in turn, so that what else the machine does falls on all of them.</summary>
/// <param name="what">What it is.</param>
/// <param name="run">Carries out a round of the given length and counts the operations.</param>
/// <param name="unit">What the rate is measured in.</param>
internal sealed class Side(string what, Func<TimeSpan, CancellationToken, Task<RoundOutcome>> run, string unit = "/s")
{
    private readonly List<double> _rates = [];
    private readonly Samples _allocated = new();
    private readonly Samples _processor = new();

    public string What => what;

    /// <summary>The median rate.</summary>
    public double MedianRate => new Samples(_rates).Median;

    /// <summary>The same, with its unit.</summary>
    public string Rate => string.Create(CultureInfo.InvariantCulture, $"{MedianRate:#,0} {unit}");

    /// <summary>The median of the bytes that this process allocated per operation.</summary>
    public double Allocated => _allocated.Median;

    /// <summary>The median of the processor time per operation, seconds: of this process and of the load generator.</summary>
    public double Processor => _processor.Median;

    /// <summary>Runs all sides in turn: a first time that does not count, then round by round.</summary>
    public static async Task RunAllAsync(
        IReadOnlyList<Side> sides, BenchmarkSettings settings, TimeSpan warmUp, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        progress.Step("warming up");
        foreach (var side in sides)
            await side.RunAsync(warmUp, counts: false, cancellationToken);
        for (var round = 1; round <= settings.Rounds; round++)
        {
            progress.Step(string.Create(CultureInfo.InvariantCulture, $"round {round} of {settings.Rounds}"));
            foreach (var side in sides)
                await side.RunAsync(settings.Round, counts: true, cancellationToken);
        }
    }

    /// <summary>This side against another: the median of the rounds' ratios.</summary>
    public Measurement Against(Side reference, Wanted? wanted = null) => new(
        what,
        Rate,
        reference.Rate,
        new Samples(_rates.Zip(reference._rates, (mine, theirs) => mine / theirs)).Median,
        wanted,
        Allocated,
        Processor);

    private async Task RunAsync(TimeSpan time, bool counts, CancellationToken cancellationToken)
    {
        var (bytesBefore, processorBefore) = (GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime);
        var outcome = await run(time, cancellationToken);
        var allocated = GC.GetTotalAllocatedBytes() - bytesBefore;
        var processor = (Environment.CpuUsage.TotalTime - processorBefore).TotalSeconds + outcome.OtherProcessorSeconds;
        if (!counts)
            return;
        _rates.Add(outcome.Operations / outcome.Seconds);
        _allocated.Add(allocated / outcome.Operations);
        _processor.Add(processor / outcome.Operations);
    }
}

/// <summary>What a round did, in how long, and what other processes used of the processors for it.</summary>
internal readonly record struct RoundOutcome(double Operations, double Seconds, double OtherProcessorSeconds = 0);
