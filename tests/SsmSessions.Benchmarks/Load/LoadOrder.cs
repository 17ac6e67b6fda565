namespace SsmSessions.Benchmarks.Load;

/// <summary>What the load generator is to send.</summary>
/// <param name="Ends">Where to.</param>
/// <param name="Callers">How many, each with a connection of its own and one request at a time; they take the ends in turn.</param>
/// <param name="Seconds">How long.</param>
internal sealed record LoadOrder(IReadOnlyList<LoadEnd> Ends, int Callers, double Seconds)
{
    /// <summary>True when every other request ends a session: its id is that of the answer before.</summary>
    public bool EndsSessions { get; init; }

    /// <summary>True when the callers take turns, so that one request at a time is under way, and each answer is timed.</summary>
    public bool OneByOne { get; init; }
}

/// <summary>A server, and whole HTTP requests for it, sent in turn.</summary>
/// <param name="Port">Where on loopback.</param>
/// <param name="Requests">As they stand on the wire.</param>
internal sealed record LoadEnd(int Port, IReadOnlyList<byte[]> Requests);

/// <summary>What came of an order.</summary>
/// <param name="Answers">Answers with status 200. Any other ends the run.</param>
/// <param name="Seconds">From the first request to the last answer.</param>
/// <param name="ProcessorSeconds">What the load generator used of the processors.</param>
internal sealed record LoadOutcome(long Answers, double Seconds, double ProcessorSeconds)
{
    /// <summary>For each end how long its answers took, seconds, where they were timed.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Times { get; init; } = [];
}
