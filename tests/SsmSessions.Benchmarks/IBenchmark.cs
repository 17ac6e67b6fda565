namespace SsmSessions.Benchmarks;

/// <summary>One row of the table of numbers to reach (DESIGN.md §10). It measures and judges nothing.</summary>
internal interface IBenchmark
{
    /// <summary>How the command line names it.</summary>
    string Name { get; }

    /// <summary>What is measured, and against what.</summary>
    string Title { get; }

    /// <summary>Measures both sides.</summary>
    Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken);
}

/// <summary>How long and how large a run is.</summary>
/// <param name="Round">The length of a round of one side.</param>
/// <param name="Rounds">How often both sides are measured in turn; the median of the rounds counts.</param>
/// <param name="Sessions">Sessions in the store of the throughput rows.</param>
/// <param name="LargeStore">Sessions in the large store of the latency row.</param>
/// <param name="IdleChannels">Data channels of the row of idle ones.</param>
/// <param name="ConsulSessions">Sessions of the row of Consul's API.</param>
/// <param name="Watchers">Clients that wait for keys in that row.</param>
/// <param name="ConsulTime">How long the sessions of that row are renewed.</param>
internal sealed record BenchmarkSettings(
    TimeSpan Round, int Rounds, int Sessions, int LargeStore, int IdleChannels, int ConsulSessions, int Watchers, TimeSpan ConsulTime);

/// <summary>One line of the closing table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Ours">This service's number, with its unit.</param>
/// <param name="Reference">The number that it is compared with.</param>
/// <param name="Ratio">Ours through the reference, or null where there is nothing to compare.</param>
/// <param name="Wanted">The ratio to reach, or null for a line that explains another.</param>
/// <param name="Allocated">Bytes that our side allocated per operation.</param>
/// <param name="Processor">Seconds of processor time that our side took per operation, load generator included: what a busy machine changes least.</param>
internal sealed record Measurement(
    string What, string Ours, string Reference, double? Ratio, Wanted? Wanted = null, double? Allocated = null, double? Processor = null)
{
    /// <summary>Where <see cref="Ratio"/> is not a ratio but ours less the reference: what the difference is measured in.</summary>
    public string? DifferenceIn { get; init; }

    /// <summary>Nothing was measured, and <see cref="What"/> says why.</summary>
    public bool IsLeftOut { get; init; }

    /// <summary>A row that cannot be measured on this machine.</summary>
    public static Measurement LeftOut(string reason) => new("LEFT OUT: " + reason, "", "", Ratio: null) { IsLeftOut = true };
}

/// <summary>A ratio to reach.</summary>
/// <param name="Ratio">The number.</param>
/// <param name="IsCeiling">True when less is better.</param>
internal sealed record Wanted(double Ratio, bool IsCeiling)
{
    public static Wanted AtLeast(double ratio) => new(ratio, IsCeiling: false);

    public static Wanted AtMost(double ratio) => new(ratio, IsCeiling: true);

    public bool IsReachedBy(double ratio) => IsCeiling ? ratio <= Ratio : ratio >= Ratio;

    public override string ToString() => $"{(IsCeiling ? '≤' : '≥')} {Ratio}";
}

/// <summary>Tells who watches how far a row is.</summary>
internal interface IBenchmarkProgress
{
    /// <summary>Says how many steps there will be.</summary>
    void Expect(int steps);

    /// <summary>A step begins.</summary>
    void Step(string what);
}
