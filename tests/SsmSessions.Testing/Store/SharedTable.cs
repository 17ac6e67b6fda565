using SsmSessions.Core.Store;

namespace SsmSessions.Testing.Store;

/// <summary>One open table as several hosts of one process share it. Its owner disposes it, not the hosts.</summary>
public sealed class SharedTable(ITable table) : ITable
{
    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<Item?> GetAsync(ItemKey key, bool consistent, CancellationToken cancellationToken) =>
        table.GetAsync(key, consistent, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> WriteAsync(TableWrite write, CancellationToken cancellationToken) => table.WriteAsync(write, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken) => table.WriteAsync(writes, cancellationToken);

    /// <inheritdoc/>
    public Task PutManyAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken) => table.PutManyAsync(items, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Item>> QueryAsync(TableQuery query, CancellationToken cancellationToken) => table.QueryAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<long> IncrementAsync(ItemKey key, long by, CancellationToken cancellationToken) => table.IncrementAsync(key, by, cancellationToken);

    /// <inheritdoc/>
    public Task WaitForChangeAsync(ItemKey key, long knownVersion, CancellationToken cancellationToken) =>
        table.WaitForChangeAsync(key, knownVersion, cancellationToken);

    /// <inheritdoc/>
    public Task ClearAsync(IReadOnlySet<string> keptPartitions, CancellationToken cancellationToken) => table.ClearAsync(keptPartitions, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
