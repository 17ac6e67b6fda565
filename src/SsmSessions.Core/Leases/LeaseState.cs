using System.Collections.Immutable;

namespace SsmSessions.Core.Leases;

/// <summary>
/// All leases, keys and nodes as they stand at one index. Immutable: a command makes the next one from it, and who reads one sees nothing
/// half done.
/// </summary>
public sealed record LeaseState
{
    /// <summary>The index before anything was written.</summary>
    public const ulong FirstIndex = 1;

    internal static readonly ImmutableSortedDictionary<string, CatalogService> NoServices =
        ImmutableSortedDictionary.Create<string, CatalogService>(NameOrder.Instance);

    internal static readonly ImmutableSortedDictionary<string, CatalogCheck> NoChecks =
        ImmutableSortedDictionary.Create<string, CatalogCheck>(NameOrder.Instance);

    internal static readonly ImmutableSortedSet<string> NoNames = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Nothing at all.</summary>
    public static LeaseState Empty { get; } = new();

    /// <summary>The index of the last command, 1 or more.</summary>
    public ulong Index { get; init; } = FirstIndex;

    /// <summary>When the last command was given, UTC, by the clock of the host that took it.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The index of the last lease that came or went.</summary>
    public ulong LeasesIndex { get; init; } = FirstIndex;

    /// <summary>The index of the last change of any key.</summary>
    public ulong KeysIndex { get; init; } = FirstIndex;

    /// <summary>The index of the last change of any node, service or check.</summary>
    public ulong CatalogIndex { get; init; } = FirstIndex;

    /// <summary>The leases by id, in the order of their ids (lower case).</summary>
    public ImmutableSortedDictionary<string, Lease> Leases { get; init; } = ImmutableSortedDictionary.Create<string, Lease>(StringComparer.Ordinal);

    /// <summary>The ids of the leases of each node, by its name in lower case.</summary>
    public ImmutableDictionary<string, ImmutableSortedSet<string>> LeasesByNode { get; init; } =
        ImmutableDictionary.Create<string, ImmutableSortedSet<string>>(StringComparer.Ordinal);

    /// <summary>The nodes by name.</summary>
    public ImmutableSortedDictionary<string, CatalogNode> Nodes { get; init; } =
        ImmutableSortedDictionary.Create<string, CatalogNode>(NameOrder.Instance);

    /// <summary>The keys.</summary>
    public KeyTable Keys { get; init; } = KeyTable.Empty;

    /// <summary>The keys that each lease holds, by its id.</summary>
    internal ImmutableDictionary<string, ImmutableSortedSet<string>> HeldKeys { get; init; } =
        ImmutableDictionary.Create<string, ImmutableSortedSet<string>>(StringComparer.Ordinal);

    /// <summary>Until when nobody may acquire a key.</summary>
    internal ImmutableDictionary<string, DateTimeOffset> LockDelays { get; init; } =
        ImmutableDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>The deletions that are remembered, and until when, the oldest first.</summary>
    internal ImmutableQueue<(DateTimeOffset Until, DeletedKey Deleted)> Deletions { get; init; } = [];

    /// <summary>A lease by its id in any case, or null.</summary>
    public Lease? FindLease(string id) => Leases.GetValueOrDefault(id.ToLowerInvariant());

    /// <summary>The leases of a node by its name, in the order of their ids.</summary>
    public IEnumerable<Lease> LeasesOn(string node) => LeasesByNode.GetValueOrDefault(NameOf(node), NoNames).Select(id => Leases[id]);

    /// <summary>The form in which names of nodes are compared, as <see cref="NameOrder"/> does.</summary>
    internal static string NameOf(string node) => node.ToLowerInvariant();
}
