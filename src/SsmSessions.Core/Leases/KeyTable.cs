using System.Collections.Immutable;

namespace SsmSessions.Core.Leases;

/// <summary>The keys in the order of their bytes, and for a while what was deleted. Immutable.</summary>
public sealed class KeyTable
{
    private readonly ImmutableSortedSet<KeyEntry> _entries;
    private readonly ImmutableSortedSet<DeletedKey> _deleted;

    private KeyTable(ImmutableSortedSet<KeyEntry> entries, ImmutableSortedSet<DeletedKey> deleted)
    {
        _entries = entries;
        _deleted = deleted;
    }

    /// <summary>No key, and none deleted.</summary>
    public static KeyTable Empty { get; } = new(
        ImmutableSortedSet.Create<KeyEntry>(ByKey.Instance), ImmutableSortedSet.Create<DeletedKey>(ByKey.Instance));

    /// <summary>How many keys there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The key, or null.</summary>
    public KeyEntry? Find(string key) =>
        _entries.TryGetValue(new KeyEntry(key, default), out var entry) && entry.Key == key ? entry : null;

    /// <summary>The keys that begin so, in the order of their bytes.</summary>
    public IEnumerable<KeyEntry> Under(string prefix) => Range(_entries, new KeyEntry(prefix, default), prefix, static entry => entry.Key);

    /// <summary>The index of the last change of any key that begins so, deletions of the last quarter of an hour included; null when there is
    /// nothing to say.</summary>
    public ulong? IndexUnder(string prefix)
    {
        ulong last = 0;
        foreach (var entry in Under(prefix))
            last = Math.Max(last, entry.ModifyIndex);
        foreach (var deleted in Range(_deleted, new DeletedKey(prefix, 0), prefix, static deleted => deleted.Key))
            last = Math.Max(last, deleted.Index);
        return last == 0 ? null : last;
    }

    internal KeyTable Set(KeyEntry entry) => new(_entries.Remove(entry).Add(entry), _deleted);

    internal KeyTable Delete(DeletedKey deleted) => new(_entries.Remove(new KeyEntry(deleted.Key, default)), _deleted.Remove(deleted).Add(deleted));

    internal static KeyTable Of(IEnumerable<KeyEntry> entries, IEnumerable<DeletedKey> deleted) =>
        new(Empty._entries.Union(entries), Empty._deleted.Union(deleted));

    /// <summary>Forgets a deletion, unless the key was deleted again since.</summary>
    internal KeyTable Forget(DeletedKey deleted) =>
        _deleted.TryGetValue(deleted, out var latest) && latest.Index == deleted.Index ? new(_entries, _deleted.Remove(deleted)) : this;

    private static IEnumerable<T> Range<T>(ImmutableSortedSet<T> set, T from, string prefix, Func<T, string> key)
    {
        var i = set.IndexOf(from);
        for (i = i < 0 ? ~i : i; i < set.Count && key(set[i]).StartsWith(prefix, StringComparison.Ordinal); i++)
            yield return set[i];
    }

    private sealed class ByKey : IComparer<KeyEntry>, IComparer<DeletedKey>
    {
        public static ByKey Instance { get; } = new();

        public int Compare(KeyEntry? x, KeyEntry? y) => KeyOrder.Instance.Compare(x!.Key, y!.Key);

        public int Compare(DeletedKey? x, DeletedKey? y) => KeyOrder.Instance.Compare(x!.Key, y!.Key);
    }
}

/// <summary>A key that was deleted at an index.</summary>
internal sealed record DeletedKey(string Key, ulong Index);
