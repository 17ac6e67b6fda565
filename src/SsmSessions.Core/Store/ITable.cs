namespace SsmSessions.Core.Store;

/// <summary>
/// The store port: one table of items with the semantics of a DynamoDB table. Each engine implements this and nothing
/// else; repositories are written once, over it.
/// </summary>
/// <remarks>
/// A write is acknowledged (its task completes) only when it is durable. An item past its <see cref="Item.ExpiresAt"/>
/// is never returned and counts as absent in a <see cref="Precondition"/>, however late the engine deletes it.
/// Every member throws <see cref="StoreUnavailableException"/> when the engine cannot answer.
/// </remarks>
public interface ITable : IAsyncDisposable
{
    /// <summary>True when several processes may use the table at once, so that hosts have to tell each other what they do.</summary>
    bool IsShared { get; }

    /// <summary>Opens the table, creating it when it is missing and the engine may. Called once, before anything else.</summary>
    /// <exception cref="StoreUnusableException">The store cannot be used as configured: another process holds it, it is
    /// read-only, or its schema is newer than this code.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>The item of a key, or null. A consistent read sees every write acknowledged before it, by any host.</summary>
    ValueTask<Item?> GetAsync(ItemKey key, bool consistent, CancellationToken cancellationToken);

    /// <summary>Applies one write if its precondition holds; false means that it did not hold and nothing changed.</summary>
    Task<bool> WriteAsync(TableWrite write, CancellationToken cancellationToken);

    /// <summary>Applies at most <see cref="TableLimits.TransactionItems"/> writes to distinct keys, all or none; false means that
    /// a precondition did not hold.</summary>
    Task<bool> WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken);

    /// <summary>Stores many items without preconditions and without atomicity between them, the cheapest way the engine has.</summary>
    Task PutManyAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken);

    /// <summary>At most <see cref="TableQuery.Limit"/> items in the order of the sort key.</summary>
    /// <remarks>An item read through an index carries its key, its body and the sort key of that index (in
    /// <see cref="IndexKeys.Sort"/> or <see cref="IndexKeys.DeadlineSort"/>) only; its version is 0.</remarks>
    ValueTask<IReadOnlyList<Item>> QueryAsync(TableQuery query, CancellationToken cancellationToken);

    /// <summary>Adds to a counter (0 when it is missing) and returns its new value. Atomic between hosts.</summary>
    /// <remarks>The value is the version of the item, so that <see cref="WaitForChangeAsync"/> waits for it too. A number can be left
    /// out: an engine that lost an answer adds again.</remarks>
    Task<long> IncrementAsync(ItemKey key, long by, CancellationToken cancellationToken);

    /// <summary>
    /// Completes when the item's version is no longer <paramref name="knownVersion"/> (0 for an absent item). A write by this
    /// process wakes it at once; one by another host within a second.
    /// </summary>
    Task WaitForChangeAsync(ItemKey key, long knownVersion, CancellationToken cancellationToken);

    /// <summary>Deletes every item but those of the given partitions.</summary>
    Task ClearAsync(IReadOnlySet<string> keptPartitions, CancellationToken cancellationToken);
}

/// <summary>Limits that hold on every engine, so that what works on one works on the other.</summary>
public static class TableLimits
{
    /// <summary>The most bytes of a partition, of the table or of an index.</summary>
    public const int PartitionBytes = 1_024;

    /// <summary>The most bytes of a sort key, of the table or of an index.</summary>
    public const int SortBytes = 512;

    /// <summary>The most writes in one transaction.</summary>
    public const int TransactionItems = 25;

    /// <summary>The most bytes of the bodies in one transaction. DynamoDB's limit is 4 MB with keys and index keys.</summary>
    public const int TransactionBytes = 3 * 1024 * 1024;

    /// <summary>The largest body of an item, bytes. DynamoDB's item limit is 400 KB with keys and index keys.</summary>
    public const int BodyBytes = 384 * 1024;

    /// <summary>The most items of one query.</summary>
    public const int QueryItems = 1_001;
}
