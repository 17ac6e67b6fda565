using System.Text;
using SsmSessions.Core.Store;

namespace SsmSessions.Testing.Store;

/// <summary>What every engine of the store promises. Each engine subclasses this; none of them adds a promise of its own.</summary>
public abstract partial class TableContract : IAsyncLifetime
{
    /// <summary>How long a test waits for what must happen.</summary>
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private ITable? _table;

    /// <summary>The time by which items expire.</summary>
    protected ManualTimeProvider Clock { get; } = new();

    /// <summary>The table under test, open and empty but for the service's own items.</summary>
    protected ITable Table => _table ?? throw new InvalidOperationException("The table is not open.");

    /// <summary>The most writes that a transaction may have on what the test runs against; 0 where there are no transactions.</summary>
    protected virtual int MostTransactionItems => TableLimits.TransactionItems;

    /// <summary>Opens an empty table of the test's own.</summary>
    protected abstract Task<ITable> OpenAsync(ManualTimeProvider clock);

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync() => _table = await OpenAsync(Clock);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        if (_table is not null)
            await _table.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static Item NewItem(string sort, string text = "", long version = 1) => NewItem(new ItemKey("p", sort), text, version);

    private static Item NewItem(ItemKey key, string text = "", long version = 1) => new(key, BodyOf(text)) { Version = version };

    private static ReadOnlyMemory<byte> BodyOf(string text) => Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}""");

    private static string TextOf(Item? item) => Encoding.UTF8.GetString(Assert.IsType<Item>(item).Body.Span);

    /// <summary>An item that is found at the sort key in the partition of an index, or of the table itself when that is null.</summary>
    private static Item NewItemAt(TableIndex? index, string partition, string sort)
    {
        if (index is null)
            return NewItem(new ItemKey(partition, sort), sort);
        // The order of the primary keys is the opposite of nothing in particular: an index has to sort by its own.
        var key = new ItemKey($"row-{Math.Abs(sort.Sum(c => c * 7919)) % 13}", $"{partition}-{sort}");
        return NewItem(key, sort) with { Indexes = IndexedAt(index.Value, partition, sort) };
    }

    private static IndexKeys IndexedAt(TableIndex index, string partition, string sort) => index switch
    {
        TableIndex.ByState => new IndexKeys { State = partition, Sort = sort },
        TableIndex.ByOwner => new IndexKeys { Owner = partition, Sort = sort },
        TableIndex.ByTarget => new IndexKeys { Target = partition, Sort = sort },
        TableIndex.ByStatus => new IndexKeys { Status = partition, Sort = sort },
        TableIndex.ByHost => new IndexKeys { Host = partition, Sort = sort },
        TableIndex.ByDeadline => new IndexKeys { Deadline = partition, DeadlineSort = sort },
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    private static void AssertSame(Item expected, Item? found)
    {
        Assert.NotNull(found);
        Assert.Equal(expected.Key, found.Key);
        Assert.Equal(TextOf(expected), TextOf(found));
        Assert.Equal(expected.Version, found.Version);
        Assert.Equal(expected.ExpiresAt, found.ExpiresAt);
        Assert.Equal(expected.Indexes, found.Indexes);
    }

    private Task<bool> PutAsync(Item item, Precondition precondition = default) =>
        Table.WriteAsync(TableWrite.Put(item, precondition), CancellationToken.None);

    private Task<bool> DeleteAsync(ItemKey key, Precondition precondition = default) =>
        Table.WriteAsync(TableWrite.Delete(key, precondition), CancellationToken.None);

    private Task<bool> TransactAsync(params TableWrite[] writes)
    {
        RequireTransactions(writes.Length);
        return Table.WriteAsync(writes, CancellationToken.None);
    }

    private void RequireTransactions(int items) => Assert.SkipWhen(
        items > MostTransactionItems,
        MostTransactionItems == 0
            ? "This emulator of DynamoDB has no transactions."
            : $"This emulator of DynamoDB has no transactions of more than {MostTransactionItems} items.");

    private ValueTask<Item?> GetAsync(ItemKey key) => Table.GetAsync(key, consistent: true, CancellationToken.None);

    private ValueTask<IReadOnlyList<Item>> QueryAsync(TableQuery query) => Table.QueryAsync(query, CancellationToken.None);

    private async Task<IReadOnlyList<string>> TextsAsync(TableQuery query) =>
        [.. (await QueryAsync(query)).Select(item => TextOf(item)["{\"text\":\"".Length..^2])];
}
