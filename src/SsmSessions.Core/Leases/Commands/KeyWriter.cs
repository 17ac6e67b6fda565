namespace SsmSessions.Core.Leases.Commands;

/// <summary>The ways to write a key (spec/consul-sessions.md §7.3). Locks are advisory: who does not ask for one writes as he likes.</summary>
internal static class KeyWriter
{
    private static readonly LeaseOutcome NoSession = LeaseOutcome.Refused("missing session");

    /// <summary>Writes it, whoever holds it.</summary>
    public static LeaseOutcome Put(LeaseStep step, PutKey put)
    {
        Write(step, put, step.State.Keys.Find(put.Key));
        return LeaseOutcome.Success;
    }

    /// <summary>Writes it if its index is the one given; 0 for a key that is not there.</summary>
    public static LeaseOutcome Cas(LeaseStep step, PutKey put, ulong index)
    {
        var entry = step.State.Keys.Find(put.Key);
        if (index != (entry?.ModifyIndex ?? 0))
            return LeaseOutcome.Unchanged;
        Write(step, put, entry);
        return LeaseOutcome.Success;
    }

    /// <summary>Writes it and makes the session its holder, if nobody else is. The session is looked at after the delay, as Consul does.</summary>
    public static LeaseOutcome Acquire(LeaseStep step, PutKey put, string session)
    {
        if (step.IsDelayed(put.Key))
            return LeaseOutcome.Unchanged;
        if (session.Length == 0)
            return NoSession;
        if (LeaseId.FaultOf(session) is { } fault)
            return LeaseOutcome.Refused($"failed session lookup: index error: {fault}");
        if (step.State.FindLease(session) is null)
            return LeaseOutcome.Refused($"invalid session \"{session}\"");
        var entry = step.State.Keys.Find(put.Key);
        if (entry?.Session is { } holder)
        {
            if (holder != session)
                return LeaseOutcome.Unchanged;
            Write(step, put, entry);
            return LeaseOutcome.Success;
        }

        step.Set((entry ?? new KeyEntry(put.Key, default)) with
        {
            Value = put.Value,
            Flags = put.Flags,
            Session = session,
            LockIndex = (entry?.LockIndex ?? 0) + 1,
        });
        return LeaseOutcome.Success;
    }

    /// <summary>Writes it and frees it, if the session holds it, in the same letters.</summary>
    public static LeaseOutcome Release(LeaseStep step, PutKey put, string session)
    {
        if (session.Length == 0)
            return NoSession;
        var entry = step.State.Keys.Find(put.Key);
        if (entry?.Session is null || entry.Session != session)
            return LeaseOutcome.Unchanged;
        step.Set(entry with { Value = put.Value, Flags = put.Flags, Session = null });
        return LeaseOutcome.Success;
    }

    /// <summary>One that changes nothing leaves the index as it is, and wakes nobody.</summary>
    private static void Write(LeaseStep step, PutKey put, KeyEntry? entry)
    {
        if (entry is not null && entry.Flags == put.Flags && entry.Value.Span.SequenceEqual(put.Value.Span))
            return;
        step.Set((entry ?? new KeyEntry(put.Key, default)) with { Value = put.Value, Flags = put.Flags });
    }
}
