using System.Collections.Immutable;

namespace SsmSessions.Core.Leases.Commands;

/// <summary>Several operations on keys, all or none (spec/consul-sessions.md §7.5).</summary>
/// <param name="Operations">In their order; each sees what those before it did.</param>
public sealed record KeyTransaction(ImmutableArray<KeyOperation> Operations) : LeaseCommand
{
    internal override int Size => base.Size + Operations.Sum(operation => (6 * operation.Key.Length) + operation.Value.Length);

    /// <summary>What it gives on a state, when all that it does is to read.</summary>
    public KeyTransactionOutcome Read(LeaseState state) => Apply(new LeaseStep(state, state.Index, state.Time)).Transaction!;

    internal override LeaseOutcome Apply(LeaseStep step)
    {
        var before = step.State;
        var results = ImmutableArray.CreateBuilder<KeyEntry>();
        var errors = ImmutableArray.CreateBuilder<KeyOperationError>();
        for (var i = 0; i < Operations.Length; i++)
        {
            if (Operations[i].Apply(step, results) is { } error)
                errors.Add(new KeyOperationError(i, error));
        }

        if (errors.Count == 0)
            return LeaseOutcome.Success with { Transaction = new KeyTransactionOutcome(results.ToImmutable(), []) };
        step.RollBack(before);
        return LeaseOutcome.Unchanged with { Transaction = new KeyTransactionOutcome([], errors.ToImmutable()) };
    }
}

/// <summary>One operation of a transaction.</summary>
/// <param name="Verb">What is done.</param>
/// <param name="Key">To which key, or keys that begin so.</param>
public sealed record KeyOperation(KeyVerb Verb, string Key)
{
    /// <summary>The value to write.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The flags to write.</summary>
    public ulong Flags { get; init; }

    /// <summary>The index to compare with.</summary>
    public ulong Index { get; init; }

    /// <summary>The session to lock, unlock or compare with; empty for none.</summary>
    public string Session { get; init; } = "";

    /// <summary>Carries it out.</summary>
    /// <returns>Why it failed, or null.</returns>
    internal string? Apply(LeaseStep step, ImmutableArray<KeyEntry>.Builder results)
    {
        var put = new PutKey(Key, Value, Flags);
        var error = Verb switch
        {
            KeyVerb.Set => ErrorOf(KeyWriter.Put(step, put), ""),
            KeyVerb.Cas => ErrorOf(KeyWriter.Cas(step, put, Index), $"failed to set key \"{Key}\", index is stale"),
            KeyVerb.Lock => ErrorOf(
                KeyWriter.Acquire(step, put, Session),
                step.IsDelayed(Key) ? $"failed to lock key \"{Key}\" due to lock delay" : $"failed to lock key \"{Key}\", lock is already held"),
            KeyVerb.Unlock => ErrorOf(
                KeyWriter.Release(step, put, Session), $"failed to unlock key \"{Key}\", lock isn't held, or is held by another session"),
            KeyVerb.Delete => ErrorOf(new DeleteKey(Key).Apply(step), ""),
            KeyVerb.DeleteCas => ErrorOf(new DeleteKey(Key, Index).Apply(step), $"failed to delete key \"{Key}\", index is stale"),
            KeyVerb.DeleteTree => ErrorOf(new DeleteKeysUnder(Key).Apply(step), ""),
            _ => Examine(step.State.Keys.Find(Key)),
        };
        if (error is null)
            results.AddRange(Show(step.State.Keys));
        return error;
    }

    private static string? ErrorOf(LeaseOutcome outcome, string undone) => outcome.Done ? null : outcome.Refusal ?? undone;

    /// <summary>What a verb that changes nothing finds wrong.</summary>
    private string? Examine(KeyEntry? entry) => (Verb, entry) switch
    {
        (KeyVerb.Get, null) => $"key \"{Key}\" doesn't exist",
        (KeyVerb.CheckIndex, null) => $"failed to check index, key \"{Key}\" doesn't exist",
        (KeyVerb.CheckIndex, { } found) when found.ModifyIndex != Index =>
            $"failed index check for key \"{Key}\", current modify index {found.ModifyIndex} != {Index}",
        (KeyVerb.CheckSession, null) => $"failed to check session, key \"{Key}\" doesn't exist",
        (KeyVerb.CheckSession, { } found) when (found.Session ?? "") != Session =>
            $"failed session check for key \"{Key}\", current session \"{found.Session}\" != \"{Session}\"",
        (KeyVerb.CheckNotExists, not null) => $"key \"{Key}\" exists",
        _ => null,
    };

    /// <summary>Readers show values; writers and checks show the rest of the entry; deletions show nothing.</summary>
    private IEnumerable<KeyEntry> Show(KeyTable keys) => (Verb, keys.Find(Key)) switch
    {
        (KeyVerb.GetTree, _) => keys.Under(Key),
        (KeyVerb.Get, { } entry) => [entry],
        (KeyVerb.Set or KeyVerb.Cas or KeyVerb.Lock or KeyVerb.Unlock or KeyVerb.CheckIndex or KeyVerb.CheckSession, { } entry) =>
            [entry with { Value = default }],
        _ => [],
    };
}

/// <summary>What an operation does. The names are stored: they never change.</summary>
public enum KeyVerb
{
    /// <summary>Writes.</summary>
    Set,

    /// <summary>Writes if the index is the one given.</summary>
    Cas,

    /// <summary>Acquires.</summary>
    Lock,

    /// <summary>Releases.</summary>
    Unlock,

    /// <summary>Reads a key that must be there.</summary>
    Get,

    /// <summary>Reads the keys that begin so.</summary>
    GetTree,

    /// <summary>Fails unless the key's index is the one given.</summary>
    CheckIndex,

    /// <summary>Fails unless the session holds the key.</summary>
    CheckSession,

    /// <summary>Fails if the key is there.</summary>
    CheckNotExists,

    /// <summary>Deletes.</summary>
    Delete,

    /// <summary>Deletes the keys that begin so.</summary>
    DeleteTree,

    /// <summary>Deletes if the index is the one given.</summary>
    DeleteCas,
}

/// <summary>What a transaction gave: results when it was done, else errors.</summary>
/// <param name="Results">What the operations read or wrote; one that writes shows no value.</param>
/// <param name="Errors">Which operations failed, and why.</param>
public sealed record KeyTransactionOutcome(ImmutableArray<KeyEntry> Results, ImmutableArray<KeyOperationError> Errors);

/// <summary>Why an operation failed.</summary>
/// <param name="Operation">Its place in the transaction, from 0.</param>
/// <param name="Text">Consul's words.</param>
public sealed record KeyOperationError(int Operation, string Text);
