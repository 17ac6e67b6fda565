using System.Collections.Immutable;

namespace SsmSessions.Core.Leases;

/// <summary>One command at one index: the state that it changes, and what it touches.</summary>
internal sealed partial class LeaseStep
{
    private static readonly TimeSpan LongestLockDelay = TimeSpan.FromSeconds(60);

    /// <summary>How long a deletion is remembered, so that those who watch a prefix see it (spec/consul-sessions.md §5).</summary>
    private static readonly TimeSpan DeletionsKept = TimeSpan.FromMinutes(15);

    /// <summary>How often lock delays that are over are looked for, in commands.</summary>
    private const ulong LockDelaySweep = 256;

    private readonly List<LeaseTopic> _touched = [];
    private bool _hasForgotten;

    public LeaseStep(LeaseState before, ulong index, DateTimeOffset time)
    {
        Index = index;
        Time = time;
        State = before with { Index = index, Time = time };
    }

    /// <summary>The state as it stands.</summary>
    public LeaseState State { get; private set; }

    /// <summary>The index of the command.</summary>
    public ulong Index { get; }

    /// <summary>When the command was given, UTC, by the clock of the host that took it.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Everything that changed; a key stands for the prefixes that it is under.</summary>
    public IReadOnlyList<LeaseTopic> Touched => _touched;

    /// <summary>Undoes all that was done in this step.</summary>
    public void RollBack(LeaseState state)
    {
        State = state;
        _touched.Clear();
        _hasForgotten = false;
    }

    /// <summary>Adds a lease.</summary>
    public void Add(Lease lease)
    {
        Forget();
        lease = lease with { CreateIndex = Index };
        var node = LeaseState.NameOf(lease.Node);
        State = State with
        {
            LeasesIndex = Index,
            Leases = State.Leases.Add(lease.Id, lease),
            LeasesByNode = State.LeasesByNode.SetItem(node, State.LeasesByNode.GetValueOrDefault(node, LeaseState.NoNames).Add(lease.Id)),
        };
        Touch(lease);
    }

    /// <summary>Invalidates a lease: it is gone, and its keys are released or deleted, at this index.</summary>
    public void End(Lease lease)
    {
        Forget();
        var node = LeaseState.NameOf(lease.Node);
        var onNode = State.LeasesByNode[node].Remove(lease.Id);
        var held = State.HeldKeys.GetValueOrDefault(lease.Id, LeaseState.NoNames);
        State = State with
        {
            LeasesIndex = Index,
            Leases = State.Leases.Remove(lease.Id),
            LeasesByNode = onNode.IsEmpty ? State.LeasesByNode.Remove(node) : State.LeasesByNode.SetItem(node, onNode),
        };
        Touch(lease);
        foreach (var key in held)
        {
            var entry = State.Keys.Find(key)!;
            if (lease.Behavior == LeaseBehavior.Delete)
                Delete(entry);
            else
                Set(entry with { Session = null });
            Delay(key, lease.LockDelay);
        }
    }

    /// <summary>Stores a key, as changed at this index.</summary>
    public void Set(KeyEntry entry)
    {
        Forget();
        var before = State.Keys.Find(entry.Key);
        entry = entry with { ModifyIndex = Index, CreateIndex = before?.CreateIndex ?? Index };
        State = State with { KeysIndex = Index, Keys = State.Keys.Set(entry) };
        Hold(entry.Key, before?.Session, entry.Session);
        _touched.Add(LeaseTopic.Key(entry.Key));
    }

    /// <summary>Deletes a key.</summary>
    public void Delete(KeyEntry entry)
    {
        Forget();
        var deleted = new DeletedKey(entry.Key, Index);
        State = State with
        {
            KeysIndex = Index,
            Keys = State.Keys.Delete(deleted),
            Deletions = State.Deletions.Enqueue((Time + DeletionsKept, deleted)),
        };
        Hold(entry.Key, entry.Session, holder: null);
        _touched.Add(LeaseTopic.Key(entry.Key));
    }

    /// <summary>True while nobody may acquire the key, since a lease that held it was invalidated.</summary>
    public bool IsDelayed(string key) => State.LockDelays.TryGetValue(key, out var until) && IsAhead(until, LongestLockDelay);

    private void Touch(Lease lease)
    {
        _touched.Add(LeaseTopic.Leases);
        _touched.Add(LeaseTopic.Lease(lease.Id));
    }

    private void Delay(string key, long nanoseconds)
    {
        if (nanoseconds <= 0)
            return;
        var delay = TimeSpan.FromMicroseconds(nanoseconds / 1_000.0);
        State = State with { LockDelays = State.LockDelays.SetItem(key, Time + (delay < LongestLockDelay ? delay : LongestLockDelay)) };
    }

    private void Hold(string key, string? before, string? holder)
    {
        if (string.Equals(before, holder, StringComparison.OrdinalIgnoreCase))
            return;
        var held = State.HeldKeys;
        if (before is not null)
        {
            var id = before.ToLowerInvariant();
            var others = held.GetValueOrDefault(id, LeaseState.NoNames).Remove(key);
            held = others.IsEmpty ? held.Remove(id) : held.SetItem(id, others);
        }

        if (holder is not null)
        {
            var id = holder.ToLowerInvariant();
            held = held.SetItem(id, held.GetValueOrDefault(id, LeaseState.NoNames).Add(key));
        }

        State = State with { HeldKeys = held };
    }

    /// <summary>True for a time that is still to come. One farther away than it can have been set was set by a clock that has been put back, or
    /// that was wrong: it holds nothing up.</summary>
    private bool IsAhead(DateTimeOffset until, TimeSpan longest) => until > Time && until - Time <= longest;

    /// <summary>Forgets deletions and lock delays that are over, at the first change of a step. What a step finds depends on the log alone, so all
    /// hosts forget alike.</summary>
    private void Forget()
    {
        if (_hasForgotten)
            return;
        _hasForgotten = true;
        while (!State.Deletions.IsEmpty && !IsAhead(State.Deletions.Peek().Until, DeletionsKept))
        {
            var (_, deleted) = State.Deletions.Peek();
            State = State with { Deletions = State.Deletions.Dequeue(), Keys = State.Keys.Forget(deleted) };
        }

        if (!State.LockDelays.IsEmpty && Index % LockDelaySweep == 0)
        {
            var over = State.LockDelays.Where(delay => !IsAhead(delay.Value, LongestLockDelay)).Select(delay => delay.Key);
            State = State with { LockDelays = State.LockDelays.RemoveRange(over) };
        }
    }
}
