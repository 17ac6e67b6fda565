namespace SsmSessions.Core.Leases;

/// <summary>Somebody who waits for a change, once.</summary>
public sealed class LeaseWatch : IDisposable
{
    private readonly TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LeaseWatches _watches;

    internal LeaseWatch(LeaseWatches watches, LeaseTopic[] topics)
    {
        _watches = watches;
        Topics = topics;
    }

    /// <summary>Completes when one of the topics has changed, and this host knows the state with the change in it.</summary>
    public Task Changed => _changed.Task;

    internal IReadOnlyList<LeaseTopic> Topics { get; }

    /// <inheritdoc/>
    public void Dispose() => _watches.Remove(this);

    internal void Wake() => _changed.TrySetResult();
}
