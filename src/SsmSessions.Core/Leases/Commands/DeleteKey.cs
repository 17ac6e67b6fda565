namespace SsmSessions.Core.Leases.Commands;

/// <summary>Deletes a key. One that is not there is no error (spec/consul-sessions.md §7.4).</summary>
/// <param name="Key">Its name.</param>
/// <param name="Cas">Only if its ModifyIndex is this; null for any.</param>
public sealed record DeleteKey(string Key, ulong? Cas = null) : LeaseCommand
{
    internal override LeaseOutcome Apply(LeaseStep step)
    {
        if (step.State.Keys.Find(Key) is not { } entry)
            return LeaseOutcome.Success;
        if (Cas is { } index && index != entry.ModifyIndex)
            return LeaseOutcome.Unchanged;
        step.Delete(entry);
        return LeaseOutcome.Success;
    }
}

/// <summary>Deletes every key that begins so.</summary>
/// <param name="Prefix">The beginning; empty for all keys.</param>
public sealed record DeleteKeysUnder(string Prefix) : LeaseCommand
{
    internal override LeaseOutcome Apply(LeaseStep step)
    {
        foreach (var entry in step.State.Keys.Under(Prefix))
            step.Delete(entry);
        return LeaseOutcome.Success;
    }
}
