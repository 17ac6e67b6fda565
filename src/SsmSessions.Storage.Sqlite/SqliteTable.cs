using System.Threading.Channels;
using SsmSessions.Core.Store;

namespace SsmSessions.Storage.Sqlite;

/// <summary>The table on SQLite: a WAL file that one process holds, or memory.</summary>
/// <remarks>
/// All writes go through one thread that commits whatever is waiting in one transaction (group commit), so that many callers
/// share one sync of the log and a single caller waits for no one. Reads run on the caller's thread, each on a connection of
/// its own (in memory: all on one, in turn).
/// </remarks>
public sealed class SqliteTable(SqliteTableOptions options, TimeProvider time) : ITable
{
    private const int QueuedWrites = 16_384;

    private readonly Channel<PendingWrite> _queue = Channel.CreateBounded<PendingWrite>(
        new BoundedChannelOptions(QueuedWrites) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly ChangeSignals _changes = new();
    private SqliteFile? _file;
    private SqliteReaders? _readers;
    private SqliteWriter? _writer;
    private Thread? _writerThread;

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _file = SqliteFile.Open(options);
        _writer = new SqliteWriter(_file.Connect(), time, options.Folder is null);
        _writer.CreateTable();
        _readers = options.Folder is null ? new SqliteReaders(_writer) : new SqliteReaders(_file);
        _writerThread = new Thread(WriteLoop) { IsBackground = true, Name = "sqlite-writer" };
        _writerThread.Start();
        await StoreSchema.EnsureAsync(this, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Item?> GetAsync(ItemKey key, bool consistent, CancellationToken cancellationToken) =>
        new(_readers!.Read(key, Now(), static (reader, wanted, now) => reader.Get(wanted, now)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Item>> QueryAsync(TableQuery query, CancellationToken cancellationToken)
    {
        TableRules.Check(query);
        return new(_readers!.Read(query, Now(), static (reader, wanted, now) => reader.Query(wanted, now)));
    }

    /// <inheritdoc/>
    public Task<bool> WriteAsync(TableWrite write, CancellationToken cancellationToken) => WriteAsync([write], cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        TableRules.Check(writes);
        return await EnqueueAsync(new PendingWrite(w => w.Apply(writes) ? 1 : 0), cancellationToken) == 1 && Changed(writes);
    }

    /// <inheritdoc/>
    public async Task PutManyAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        foreach (var item in items)
            TableRules.Check(item);
        await EnqueueAsync(
            new PendingWrite(w =>
            {
                foreach (var item in items)
                    w.Put(item);
                return items.Count;
            }),
            cancellationToken);
        foreach (var item in items)
            _changes.Signal(item.Key);
    }

    /// <inheritdoc/>
    public async Task<long> IncrementAsync(ItemKey key, long by, CancellationToken cancellationToken)
    {
        var value = await EnqueueAsync(new PendingWrite(w => w.Increment(key, by)), cancellationToken);
        _changes.Signal(key);
        return value;
    }

    /// <inheritdoc/>
    public async Task WaitForChangeAsync(ItemKey key, long knownVersion, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = _changes.WaitAsync(key, cancellationToken);
            if ((await GetAsync(key, consistent: true, cancellationToken))?.Version is var version && (version ?? 0) != knownVersion)
                return;
            await changed;
        }
    }

    /// <inheritdoc/>
    public async Task ClearAsync(IReadOnlySet<string> keptPartitions, CancellationToken cancellationToken)
    {
        await EnqueueAsync(new PendingWrite(w => w.Clear(keptPartitions)), cancellationToken);
        _changes.SignalAll();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (_writerThread is { } thread)
            await Task.Run(thread.Join);
        _readers?.Dispose();
        _writer?.Dispose();
        _file?.Dispose();
    }

    private bool Changed(IReadOnlyList<TableWrite> writes)
    {
        foreach (var write in writes)
            _changes.Signal(write.Key);
        return true;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeSeconds();

    private async Task<long> EnqueueAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreUnavailableException("the store is closing", closed);
        }

        return await write.Completion;
    }

    private void WriteLoop()
    {
        var batch = new List<PendingWrite>();
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < SqliteWriter.BatchSize && _queue.Reader.TryRead(out var write))
                batch.Add(write);
            _writer!.Commit(batch);
            batch.Clear();
        }
    }
}

/// <summary>A write that waits for the commit it is part of.</summary>
internal sealed class PendingWrite(Func<SqliteWriter, long> apply)
{
    private readonly TaskCompletionSource<long> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _result;
    private Exception? _failure;

    public Task<long> Completion => _completion.Task;

    /// <summary>Runs inside the transaction. What fails by itself is remembered for its caller and leaves the batch alone.</summary>
    public void Apply(SqliteWriter writer)
    {
        try
        {
            _result = apply(writer);
        }
        catch (SqliteException failure) when (failure.Kind is not (SqliteErrors.Full or SqliteErrors.IoError or SqliteErrors.Corrupt))
        {
            _failure = failure;
        }
    }

    /// <summary>The transaction is durable.</summary>
    public void Committed()
    {
        if (_failure is { } failure)
            Failed(failure);
        else
            _completion.SetResult(_result);
    }

    /// <summary>Nothing of the transaction was kept.</summary>
    public void Failed(Exception failure) =>
        _completion.SetException(new StoreUnavailableException("the store could not write: " + failure.Message, failure));
}
