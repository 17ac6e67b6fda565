namespace SsmSessions.Core.Store;

/// <summary>Waiting for changes of the table.</summary>
public static class TableChanges
{
    /// <summary>Completes when the item's version may be another one than <paramref name="knownVersion"/>, or after a while: a lost wake-up costs
    /// no more than this.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The item.</param>
    /// <param name="knownVersion">Its version when it was read; 0 where it was not there.</param>
    /// <param name="longest">The while, of real time.</param>
    /// <param name="realTime">The clock of waiting.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public static async Task WaitForChangeAsync(
        this ITable table, ItemKey key, long knownVersion, TimeSpan longest, TimeProvider realTime, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await table.WaitForChangeAsync(key, knownVersion, waiting.Token).WaitAsync(longest, realTime, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Then it is looked at without being told.
        }
        finally
        {
            // However this ended, nobody waits for it any more.
            await waiting.CancelAsync();
        }
    }
}
