using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>Numbers for sessions, a count of its own for each host that carries them. They are taken from the table many at a time, so that a
/// session costs no write more; what is left of them when the process ends is never used.</summary>
public sealed class SessionNumbers(ITable table) : IDisposable
{
    /// <summary>The partition of the counts. It survives a reset, as hosts may still have numbers at hand.</summary>
    public const string Partition = "session-numbers";

    private const int TakenAtOnce = 64;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, (long Next, long End)> _taken = new(StringComparer.Ordinal);

    /// <summary>The next number of a host, from 0.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async ValueTask<long> NextAsync(string host, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var (next, end) = _taken.GetValueOrDefault(host);
            if (next == end)
            {
                end = await table.IncrementAsync(new ItemKey(Partition, host), TakenAtOnce, cancellationToken);
                next = end - TakenAtOnce;
            }

            _taken[host] = (next + 1, end);
            return next;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
