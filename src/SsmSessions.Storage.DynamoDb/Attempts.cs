using SsmSessions.Core.Store;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>What came of a request.</summary>
/// <param name="Response">DynamoDB's answer, null when it refused.</param>
/// <param name="Refused">A condition did not hold.</param>
/// <param name="InDoubt">An earlier attempt may have been carried out although its answer was lost.</param>
internal readonly record struct Answer<T>(T? Response, bool Refused, bool InDoubt)
    where T : class;

/// <summary>
/// Sends a request until DynamoDB answers it, with growing, random pauses, for a bounded number of times and a bounded time. The SDK's
/// own retries are off: a caller of them cannot tell whether the attempt that was refused was the first one, and a conditional write that
/// is repeated after a lost answer is refused because of itself.
/// </summary>
internal sealed class Attempts(TimeProvider timers)
{
    private const int Most = 10;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(10);

    /// <exception cref="StoreUnavailableException">DynamoDB does not answer, or not with anything useful.</exception>
    public async Task<Answer<T>> SendAsync<T>(
        string operation, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
        where T : class
    {
        var started = timers.GetTimestamp();
        var inDoubt = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new(await send(cancellationToken), Refused: false, inDoubt);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested && Failures.KindOf(failure) is { } kind)
            {
                if (kind == Failure.Refused)
                    return new(Response: null, Refused: true, inDoubt);
                inDoubt |= kind == Failure.InDoubt;
                if (kind == Failure.Hopeless || attempt == Most || timers.GetElapsedTime(started) > Enough)
                    throw new StoreUnavailableException($"DynamoDB {operation}: {Failures.Describe(failure)}", failure);
            }

            await PauseAsync(attempt, cancellationToken);
        }
    }

    /// <summary>Waits before the attempt that follows the given one (1 is the first): up to 50 ms, doubling up to 1 s.</summary>
    public Task PauseAsync(int attempt, CancellationToken cancellationToken)
    {
        var most = Math.Min(LongestPause.TotalMilliseconds, FirstPause.TotalMilliseconds * Math.Pow(2, attempt - 1));
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * most), timers, cancellationToken);
    }
}
