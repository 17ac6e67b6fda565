using System.Collections.Concurrent;

namespace SsmSessions.Core.Store;

/// <summary>Wakes those who wait for a change of an item in this process. Costs nothing for items that nobody waits for.</summary>
public sealed class ChangeSignals
{
    private readonly ConcurrentDictionary<ItemKey, TaskCompletionSource> _waiters = new();

    /// <summary>Completes at the next signal for the key. Ask first, read the item then, await last: no change is missed.</summary>
    public Task WaitAsync(ItemKey key, CancellationToken cancellationToken) =>
        _waiters.GetOrAdd(key, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .Task.WaitAsync(cancellationToken);

    /// <summary>Wakes those who wait for the key.</summary>
    public void Signal(ItemKey key)
    {
        if (!_waiters.IsEmpty && _waiters.TryRemove(key, out var waiter))
            waiter.TrySetResult();
    }

    /// <summary>Wakes everybody.</summary>
    public void SignalAll()
    {
        foreach (var key in _waiters.Keys)
            Signal(key);
    }
}
