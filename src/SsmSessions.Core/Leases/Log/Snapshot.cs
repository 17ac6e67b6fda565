using System.Collections.Immutable;
using System.Text.Json;

namespace SsmSessions.Core.Leases.Log;

/// <summary>A state as text: one line for each thing in it.</summary>
internal static class Snapshot
{
    /// <summary>The lines of a state, UTF-8 JSON without a line end.</summary>
    public static IEnumerable<byte[]> Write(LeaseState state)
    {
        yield return Line(new SnapshotLine { State = new SnapshotState(state.Index, state.Time, state.LeasesIndex, state.KeysIndex, state.CatalogIndex) });
        foreach (var node in state.Nodes.Values)
            yield return Line(new SnapshotLine { Node = node });
        foreach (var lease in state.Leases.Values)
            yield return Line(new SnapshotLine { Lease = lease });
        foreach (var entry in state.Keys.Under(""))
            yield return Line(new SnapshotLine { Key = entry });
        foreach (var (until, deleted) in state.Deletions)
            yield return Line(new SnapshotLine { Until = until, Deleted = deleted });
        foreach (var (key, until) in state.LockDelays)
            yield return Line(new SnapshotLine { Until = until, Delayed = key });
    }

    /// <summary>The state of such lines.</summary>
    /// <exception cref="JsonException">A line is not what was written.</exception>
    public static async Task<LeaseState> ReadAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> lines)
    {
        var head = new SnapshotState(LeaseState.FirstIndex, default, LeaseState.FirstIndex, LeaseState.FirstIndex, LeaseState.FirstIndex);
        var empty = LeaseState.Empty;
        var nodes = empty.Nodes.ToBuilder();
        var leases = empty.Leases.ToBuilder();
        var keys = new List<KeyEntry>();
        var deletions = empty.Deletions;
        var deleted = new Dictionary<string, DeletedKey>(StringComparer.Ordinal);
        var delays = empty.LockDelays.ToBuilder();
        await foreach (var bytes in lines)
        {
            switch (JsonSerializer.Deserialize(bytes.Span, LeaseJson.Default.SnapshotLine)!)
            {
                case { State: { } state }:
                    head = state;
                    break;
                case { Node: { } node }:
                    nodes[node.Name] = node;
                    break;
                case { Lease: { } lease }:
                    leases[lease.Id] = lease;
                    break;
                case { Key: { } key }:
                    keys.Add(key);
                    break;
                case { Deleted: { } gone } line:
                    deletions = deletions.Enqueue((line.Until, gone));
                    deleted[gone.Key] = gone;
                    break;
                case { Delayed: { } key } line:
                    delays[key] = line.Until;
                    break;
            }
        }

        return new LeaseState
        {
            Index = head.Index,
            Time = head.Time,
            LeasesIndex = head.LeasesIndex,
            KeysIndex = head.KeysIndex,
            CatalogIndex = head.CatalogIndex,
            Nodes = nodes.ToImmutable(),
            Leases = leases.ToImmutable(),
            LeasesByNode = Group(leases.Values.Select(lease => (LeaseState.NameOf(lease.Node), lease.Id)), empty.LeasesByNode),
            Keys = KeyTable.Of(keys, deleted.Values),
            HeldKeys = Group(
                keys.Where(key => key.Session is not null).Select(key => (key.Session!.ToLowerInvariant(), key.Key)), empty.HeldKeys),
            Deletions = deletions,
            LockDelays = delays.ToImmutable(),
        };
    }

    private static byte[] Line(SnapshotLine line) => JsonSerializer.SerializeToUtf8Bytes(line, LeaseJson.Default.SnapshotLine);

    private static ImmutableDictionary<string, ImmutableSortedSet<string>> Group(
        IEnumerable<(string Of, string Name)> pairs, ImmutableDictionary<string, ImmutableSortedSet<string>> empty)
    {
        var groups = empty.ToBuilder();
        foreach (var group in pairs.GroupBy(pair => pair.Of, pair => pair.Name, empty.KeyComparer))
            groups[group.Key] = LeaseState.NoNames.Union(group);
        return groups.ToImmutable();
    }
}

/// <summary>One line of a snapshot: one of these.</summary>
internal sealed record SnapshotLine
{
    public SnapshotState? State { get; init; }

    public CatalogNode? Node { get; init; }

    public Lease? Lease { get; init; }

    public KeyEntry? Key { get; init; }

    public DeletedKey? Deleted { get; init; }

    public string? Delayed { get; init; }

    public DateTimeOffset Until { get; init; }
}

/// <summary>The indexes of a state.</summary>
internal sealed record SnapshotState(ulong Index, DateTimeOffset Time, ulong LeasesIndex, ulong KeysIndex, ulong CatalogIndex);
