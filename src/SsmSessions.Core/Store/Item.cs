namespace SsmSessions.Core.Store;

/// <summary>The primary key of an item. Both parts are non-empty text, compared by ordinal UTF-8 bytes.</summary>
/// <param name="Partition">At most 1,024 bytes.</param>
/// <param name="Sort">At most 512 bytes.</param>
public readonly record struct ItemKey(string Partition, string Sort);

/// <summary>One row of the table.</summary>
/// <param name="Key">Its primary key.</param>
/// <param name="Body">What is remembered: a versioned UTF-8 JSON record of Core, at most <see cref="TableLimits.BodyBytes"/>.</param>
public sealed record Item(ItemKey Key, ReadOnlyMemory<byte> Body)
{
    private Memo _reading;

    /// <summary>The writer's version, 1 or more, for <see cref="Precondition.VersionIs"/>. 0 on items read through an index.</summary>
    public long Version { get; init; } = 1;

    /// <summary>When the item stops to exist, UTC, whole seconds; null means never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Where the item appears in the indexes; null means in none.</summary>
    public IndexKeys? Indexes { get; init; }

    /// <summary>What a repository reads from the item, kept with it: an engine may return the same item again.</summary>
    internal T Read<T>(Func<Item, T> read)
        where T : class =>
        _reading.Get(this, read);
}

/// <summary>
/// Where an item appears in the indexes of the table. An index holds the item only when its partition here is not null
/// (the indexes are sparse). Sort keys are unique within a partition.
/// </summary>
public sealed record IndexKeys
{
    /// <summary>Sort key of the state, owner, target, status and host indexes. Required when one of them is set.</summary>
    public string? Sort { get; init; }

    /// <summary>Partition in <see cref="TableIndex.ByState"/>.</summary>
    public string? State { get; init; }

    /// <summary>Partition in <see cref="TableIndex.ByOwner"/>.</summary>
    public string? Owner { get; init; }

    /// <summary>Partition in <see cref="TableIndex.ByTarget"/>.</summary>
    public string? Target { get; init; }

    /// <summary>Partition in <see cref="TableIndex.ByStatus"/>.</summary>
    public string? Status { get; init; }

    /// <summary>Partition in <see cref="TableIndex.ByHost"/>.</summary>
    public string? Host { get; init; }

    /// <summary>Partition in <see cref="TableIndex.ByDeadline"/>.</summary>
    public string? Deadline { get; init; }

    /// <summary>Sort key in <see cref="TableIndex.ByDeadline"/>. Required with <see cref="Deadline"/>.</summary>
    public string? DeadlineSort { get; init; }
}

/// <summary>The secondary indexes of the table. The names are stored: they never change.</summary>
public enum TableIndex
{
    /// <summary>Tenant and Active or History, newest first.</summary>
    ByState,

    /// <summary>Tenant, state and owner.</summary>
    ByOwner,

    /// <summary>Tenant, state and target.</summary>
    ByTarget,

    /// <summary>Tenant, status and access type.</summary>
    ByStatus,

    /// <summary>The host that carries the item, across tenants.</summary>
    ByHost,

    /// <summary>Shards of what is due at a time, across tenants.</summary>
    ByDeadline,
}
