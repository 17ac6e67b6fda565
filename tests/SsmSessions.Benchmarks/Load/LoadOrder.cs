namespace SsmSessions.Benchmarks.Load;

/// <summary>What the load generator is to send.</summary>
/// <param name="Port">Where on loopback.</param>
/// <param name="Connections">How many callers, each with a connection of its own and one request at a time.</param>
/// <param name="Seconds">How long.</param>
/// <param name="Requests">Whole HTTP requests, sent in turn.</param>
/// <param name="Fills">True when every other request ends a session: its id is that of the answer before.</param>
internal sealed record LoadOrder(int Port, int Connections, double Seconds, IReadOnlyList<byte[]> Requests, bool Fills);

/// <summary>What came of it.</summary>
/// <param name="Answers">Answers with status 200. Any other ends the run.</param>
/// <param name="Seconds">From the first request to the last answer.</param>
/// <param name="ProcessorSeconds">What the load generator used of the processors.</param>
/// <param name="Failure">What ended the run early, or null.</param>
internal sealed record LoadOutcome(long Answers, double Seconds, double ProcessorSeconds, string? Failure);
