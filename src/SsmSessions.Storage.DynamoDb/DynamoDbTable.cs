using Amazon.DynamoDBv2;
using Amazon.Runtime;
using SsmSessions.Core.Store;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>The distributed engine: one table of DynamoDB, which any number of hosts may use at once (DESIGN §4).</summary>
public sealed class DynamoDbTable : ITable
{
    /// <summary>The meter whose histogram <c>consumed_capacity</c> records what each request consumed, by operation and index.</summary>
    public const string MeterName = "SsmSessions.Storage.DynamoDb";

    private readonly DynamoDbTableOptions _options;
    private readonly TimeProvider _clock;
    private readonly TimeProvider _timers;
    private readonly Func<IAmazonDynamoDB> _connect;
    private readonly ChangeWatch _changes;
    private IAmazonDynamoDB? _client;
    private Connection? _connection;

    /// <summary>A table that is opened later.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="clock">The time by which items expire. Pauses and polls are on real time.</param>
    public DynamoDbTable(DynamoDbTableOptions options, TimeProvider clock)
        : this(options, clock, TimeProvider.System, () => ClientFactory.Create(options))
    {
    }

    internal DynamoDbTable(DynamoDbTableOptions options, TimeProvider clock, TimeProvider timers, Func<IAmazonDynamoDB> connect)
    {
        _options = options;
        _clock = clock;
        _timers = timers;
        _connect = connect;
        _changes = new ChangeWatch(VersionAsync, options.PollInterval, timers);
    }

    /// <inheritdoc/>
    public bool IsShared => true;

    private Connection Table => _connection ?? throw new InvalidOperationException("The table is not open.");

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _client = Connect();
        var opening = new TableOpening(_client, _options, _timers);
        await opening.OpenAsync(cancellationToken);
        _connection = new Connection(_client, _options, _clock, _timers);
        try
        {
            await StoreSchema.EnsureAsync(this, cancellationToken);
        }
        catch (StoreUnavailableException unavailable)
        {
            throw opening.Unusable(unavailable.Message, unavailable);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Item?> GetAsync(ItemKey key, bool consistent, CancellationToken cancellationToken)
    {
        TableRules.Check(key);
        var attributes = await Table.ReadAsync(key, consistent, cancellationToken);
        return attributes is not null && ItemAttributes.IsLive(attributes, Table.Now) ? ItemAttributes.ToItem(attributes) : null;
    }

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(TableWrite write, CancellationToken cancellationToken)
    {
        TableRules.Check(write);
        var written = await new Writer(Table).WriteAsync(write, cancellationToken);
        _changes.Signal(write.Key);
        return written;
    }

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        TableRules.Check(writes);
        if (writes.Count == 1)
            return await WriteAsync(writes[0], cancellationToken);
        var written = await new Writer(Table).WriteAsync(writes, cancellationToken);
        foreach (var write in writes)
            _changes.Signal(write.Key);
        return written;
    }

    /// <inheritdoc/>
    public async Task PutManyAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        foreach (var item in items)
            TableRules.Check(item);
        await new BatchWriter(Table).PutAsync(items, cancellationToken);
        _changes.SignalAll();
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Item>> QueryAsync(TableQuery query, CancellationToken cancellationToken)
    {
        TableRules.Check(query);
        return new RangeReader(Table).QueryAsync(query, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long> IncrementAsync(ItemKey key, long by, CancellationToken cancellationToken)
    {
        TableRules.Check(key);
        var value = await new Writer(Table).IncrementAsync(key, by, cancellationToken);
        _changes.Signal(key);
        return value;
    }

    /// <inheritdoc/>
    public Task WaitForChangeAsync(ItemKey key, long knownVersion, CancellationToken cancellationToken)
    {
        TableRules.Check(key);
        return _changes.WaitAsync(key, knownVersion, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ClearAsync(IReadOnlySet<string> keptPartitions, CancellationToken cancellationToken)
    {
        await new BatchWriter(Table).ClearAsync(keptPartitions, cancellationToken);
        _changes.SignalAll();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _changes.DisposeAsync();
        _client?.Dispose();
    }

    private IAmazonDynamoDB Connect()
    {
        try
        {
            return _connect();
        }
        catch (AmazonClientException unusable)
        {
            throw new StoreUnusableException($"DynamoDB: {Failures.Describe(unusable)}", unusable);
        }
    }

    private async Task<long> VersionAsync(ItemKey key, CancellationToken cancellationToken) =>
        await Table.ReadLiveAsync(key, cancellationToken) is { } attributes ? ItemAttributes.VersionOf(attributes) : 0;
}
