namespace SsmSessions.Conformance.Tests.Consul.Linearizability;

/// <summary>What one key of Consul may answer (spec/consul-sessions.md §7), given who read which version of it.</summary>
/// <remarks>
/// A write is not told its ModifyIndex. But values are written once, so a value and its holder are one version, and whoever read it knows its index:
/// the indexes must grow along the order that explains the answers.
/// </remarks>
internal sealed class KeyModel
{
    private readonly Dictionary<(string Value, string? Session), ulong> _indexes;
    private readonly Dictionary<string, (ulong Number, bool IsExact)> _places;
    private readonly bool _keepsLockIndex;

    private KeyModel(Dictionary<(string Value, string? Session), ulong> indexes, bool keepsLockIndex)
    {
        _indexes = indexes;

        // A value has at most two versions: as it was written, and held by nobody since its holder was destroyed.
        _places = indexes.GroupBy(version => version.Key.Value).ToDictionary(
            versions => versions.Key,
            versions => versions.Select(version => (version.Value, version.Key.Session is not null)).Min());
        _keepsLockIndex = keepsLockIndex;
    }

    /// <summary>Before anything was done: there is no key.</summary>
    public static KeyState Initial => default;

    /// <summary>Whether there is an order of the operations, one after the other, that explains every answer. Null when there is; otherwise
    /// what cannot be explained.</summary>
    /// <param name="history">What was done and seen.</param>
    /// <param name="keepsLockIndex">False for a Consul, whose plain PUT or ?cas= of a key sets its LockIndex to 0 (§7.3).</param>
    /// <param name="before">What there was before; no key when it is left out.</param>
    public static string? Explain(IReadOnlyCollection<Operation<KeyOperation>> history, bool keepsLockIndex = true, KeyState? before = null)
    {
        var indexes = new Dictionary<(string Value, string? Session), ulong>();
        foreach (var version in history.Select(operation => operation.What).OfType<KeyOperation.Read>().Select(read => read.Version).OfType<KeyVersion>())
        {
            if (!indexes.TryAdd((version.Value, version.Session), version.ModifyIndex) && indexes[(version.Value, version.Session)] != version.ModifyIndex)
                return $"{version} was read with ModifyIndex {indexes[(version.Value, version.Session)]} too";
        }

        var model = new KeyModel(indexes, keepsLockIndex);
        var impossible = new LinearizabilityChecker<KeyState, KeyOperation>(model.Apply, ChangesNothing, model.Place).FindImpossible(before ?? Initial, history);
        return impossible is null ? null : $"no order explains {impossible}, which was done while\n" + string.Join('\n', Around(impossible, history));
    }

    private static bool ChangesNothing(KeyOperation operation) => operation is KeyOperation.Read
        or KeyOperation.CompareAndSet { Done: false }
        or KeyOperation.CompareAndDelete { Done: false }
        or KeyOperation.Acquire { Done: false }
        or KeyOperation.Release { Done: false };

    /// <summary>By the index at which its value was read first.</summary>
    private (ulong Number, bool IsExact)? Place(KeyOperation operation) => operation switch
    {
        KeyOperation.Put put => Place(put.Value),
        KeyOperation.CompareAndSet { Done: not false } set => Place(set.Value),
        KeyOperation.Acquire { Done: not false } acquire => Place(acquire.Value),
        KeyOperation.Release { Done: not false } release => Place(release.Value),
        _ => null,
    };

    private (ulong Number, bool IsExact)? Place(string value) => _places.TryGetValue(value, out var place) ? place : null;

    private static IEnumerable<Operation<KeyOperation>> Around(Operation<KeyOperation> one, IEnumerable<Operation<KeyOperation>> history) => history
        .Where(other => (other.Returned is null || other.Returned >= one.Called) && other.Called <= (one.Returned ?? long.MaxValue))
        .OrderBy(other => other.Called);

    private KeyState? Apply(KeyState state, KeyOperation operation) => operation switch
    {
        KeyOperation.Read read => state.IsReadAs(read.Version) ? state : null,
        KeyOperation.Put put => Written(Replaced(state, put.Value)),
        KeyOperation.CompareAndSet set => Decide(state, state.IsReadAs(set.Expected), set.Done, Replaced(state, set.Value)),
        KeyOperation.CompareAndDelete delete => Decide(
            state, state.Value is null || state.IsReadAs(delete.Expected), delete.Done, new KeyState { ModifyIndex = state.ModifyIndex }),
        KeyOperation.Acquire acquire => Decide(
            state,
            state.Session is null || state.Session == acquire.Session,
            acquire.Done,
            new KeyState(acquire.Value, acquire.Session, state.Session is null ? state.LockIndex + 1 : state.LockIndex, state.ModifyIndex)),
        KeyOperation.Release release => Decide(
            state, state.Session == release.Session, release.Done, state with { Value = release.Value, Session = null }),
        KeyOperation.Destroy destroy => state.Session == destroy.Session ? Written(state with { Session = null }) : state,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    private KeyState Replaced(KeyState state, string value) => state with { Value = value, LockIndex = _keepsLockIndex ? state.LockIndex : 0 };

    /// <summary>What is possible is done and what is not is refused. Where nobody knows whether it was done, it was done if it was possible.</summary>
    private KeyState? Decide(KeyState before, bool isPossible, bool? done, KeyState after)
    {
        if (done is { } told && told != isPossible)
            return null;
        return isPossible ? Written(after) : before;
    }

    /// <summary>A new version: where its index is known, it is greater than all before.</summary>
    private KeyState? Written(KeyState after)
    {
        if (after.Value is null || !_indexes.TryGetValue((after.Value, after.Session), out var index))
            return after;
        return index > after.ModifyIndex ? after with { ModifyIndex = index } : null;
    }
}

/// <summary>A key at a moment.</summary>
/// <param name="Value">Null for no key.</param>
/// <param name="Session">Who holds it.</param>
/// <param name="LockIndex">How often it was acquired.</param>
/// <param name="ModifyIndex">The greatest index of it that was read so far.</param>
internal readonly record struct KeyState(string? Value, string? Session, ulong LockIndex, ulong ModifyIndex)
{
    /// <summary>Whether a GET may answer so.</summary>
    public bool IsReadAs(KeyVersion? version) => version is null
        ? Value is null
        : (Value, Session, LockIndex, ModifyIndex) == (version.Value, version.Session, version.LockIndex, version.ModifyIndex);
}
