namespace SsmSessions.Benchmarks.Load;

/// <summary>The load generator, seen from the process that is measured.</summary>
internal sealed class LoadProcess : IDisposable
{
    private readonly Worker _worker = new(LoadGenerator.Kind);

    /// <summary>Sends requests for a while.</summary>
    /// <exception cref="InvalidOperationException">Not all of them were answered with 200.</exception>
    public Task<LoadOutcome> SendAsync(LoadOrder order, CancellationToken cancellationToken) =>
        _worker.CarryOutAsync<LoadOrder, LoadOutcome>(order, cancellationToken);

    /// <summary>A side that sends an order, for as long as a round lasts.</summary>
    public Side Sending(string what, LoadOrder order) => new(what, async (time, cancellationToken) =>
    {
        var outcome = await SendAsync(order with { Seconds = time.TotalSeconds }, cancellationToken);
        return new RoundOutcome(outcome.Answers, outcome.Seconds, outcome.ProcessorSeconds);
    });

    public void Dispose() => _worker.Dispose();
}
