using SsmSessions.Core.Store;

namespace SsmSessions.Storage.Sqlite;

/// <summary>The connection that writes. Used by the writer's thread only (in memory also by readers, under <see cref="Gate"/>).</summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>The most callers that share one commit.</summary>
    public const int BatchSize = 512;

    private const int ExpiredPerSweep = 500;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly bool _sharesConnection;
    private Statements? _statements;
    private long _lastSweep;
    private long _stamp = Random.Shared.NextInt64(long.MaxValue / 2);

    public SqliteWriter(SqliteConnection connection, TimeProvider time, bool sharesConnection)
    {
        _connection = connection;
        _time = time;
        _sharesConnection = sharesConnection;
    }

    /// <summary>Held around a transaction when readers share the connection.</summary>
    public Lock Gate { get; } = new();

    public SqliteConnection Connection => _connection;

    public void CreateTable()
    {
        try
        {
            _connection.Run(SqliteColumns.CreateTable);
            _statements = new Statements(_connection);
        }
        catch (SqliteException failure)
        {
            throw new StoreUnusableException($"the store cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Applies the writes in one transaction and tells each of them what became of it.</summary>
    public void Commit(List<PendingWrite> batch)
    {
        if (_sharesConnection)
        {
            lock (Gate)
                CommitAlone(batch);
        }
        else
        {
            CommitAlone(batch);
        }
    }

    private void CommitAlone(List<PendingWrite> batch)
    {
        var statements = _statements!;
        try
        {
            statements.Begin.Run();
            foreach (var write in batch)
                write.Apply(this);
            SweepExpired();
            if (_connection.HasMoved)
                throw new IOException("its file was moved or deleted");
            statements.Commit.Run();
        }
        catch (Exception failure)
        {
            // Whatever it is, it is these callers' failure: the thread that writes lives on.
            Rollback();
            foreach (var write in batch)
                write.Failed(failure);
            return;
        }

        foreach (var write in batch)
            write.Committed();
    }

    private void Rollback()
    {
        try
        {
            _statements!.Rollback.Run();
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself where the error left no transaction.
        }
    }

    /// <summary>All of the writes, or none of them and false.</summary>
    public bool Apply(IReadOnlyList<TableWrite> writes)
    {
        foreach (var write in writes)
        {
            if (!Holds(write.Key, write.Precondition))
                return false;
        }

        foreach (var write in writes)
        {
            if (write is PutWrite put)
                Put(put.Item);
            else if (write is DeleteWrite)
                Delete(write.Key);
        }

        return true;
    }

    public void Put(Item item)
    {
        var upsert = _statements!.Upsert;
        var indexes = item.Indexes;
        upsert.Bind(1, item.Key.Partition);
        upsert.Bind(2, item.Key.Sort);
        upsert.Bind(3, item.Version);
        upsert.Bind(4, item.Body.Span);
        upsert.Bind(5, item.ExpiresAt?.ToUnixTimeSeconds());
        upsert.Bind(6, indexes?.Sort);
        upsert.Bind(7, indexes?.State);
        upsert.Bind(8, indexes?.Owner);
        upsert.Bind(9, indexes?.Target);
        upsert.Bind(10, indexes?.Status);
        upsert.Bind(11, indexes?.Host);
        upsert.Bind(12, indexes?.Deadline);
        upsert.Bind(13, indexes?.DeadlineSort);
        upsert.Bind(14, ++_stamp);
        upsert.Run();
    }

    public long Increment(ItemKey key, long by)
    {
        var increment = _statements!.Increment;
        increment.Bind(1, key.Partition);
        increment.Bind(2, key.Sort);
        increment.Bind(3, by);
        return increment.RunForNumber()!.Value;
    }

    public long Clear(IReadOnlySet<string> keptPartitions)
    {
        var places = string.Join(", ", Enumerable.Range(1, keptPartitions.Count).Select(i => $"?{i}"));
        using var delete = _connection.Prepare($"DELETE FROM items WHERE pk NOT IN ({places})");
        foreach (var (i, partition) in keptPartitions.Index())
            delete.Bind(i + 1, partition);
        return delete.Run();
    }

    public void Dispose()
    {
        _statements?.Dispose();
        _connection.Dispose();
    }

    private void Delete(ItemKey key)
    {
        var delete = _statements!.Delete;
        delete.Bind(1, key.Partition);
        delete.Bind(2, key.Sort);
        delete.Run();
    }

    private bool Holds(ItemKey key, Precondition precondition)
    {
        if (precondition.Kind == PreconditionKind.None)
            return true;
        var statement = _statements!.Version;
        statement.Bind(1, key.Partition);
        statement.Bind(2, key.Sort);
        statement.Bind(3, _time.GetUtcNow().ToUnixTimeSeconds());
        var version = statement.RunForNumber();
        return precondition.Kind switch
        {
            PreconditionKind.Absent => version is null,
            PreconditionKind.Present => version is not null,
            _ => version == precondition.Version,
        };
    }

    /// <summary>Deletes some of what has expired, now and then, in the shadow of a commit that happens anyway.</summary>
    private void SweepExpired()
    {
        if (_lastSweep != 0 && _time.GetElapsedTime(_lastSweep) < SweepInterval)
            return;
        _statements!.Expire.Bind(1, _time.GetUtcNow().ToUnixTimeSeconds());
        if (_statements.Expire.Run() < ExpiredPerSweep)
            _lastSweep = _time.GetTimestamp();
    }

    /// <summary>Statements that are prepared once.</summary>
    private sealed class Statements(SqliteConnection connection) : IDisposable
    {
        public SqliteStatement Begin { get; } = connection.Prepare("BEGIN IMMEDIATE");

        public SqliteStatement Commit { get; } = connection.Prepare("COMMIT");

        public SqliteStatement Rollback { get; } = connection.Prepare("ROLLBACK");

        public SqliteStatement Upsert { get; } = connection.Prepare(SqliteColumns.Upsert);

        public SqliteStatement Delete { get; } = connection.Prepare("DELETE FROM items WHERE pk = ?1 AND sk = ?2");

        public SqliteStatement Version { get; } = connection.Prepare(
            "SELECT version FROM items WHERE pk = ?1 AND sk = ?2 AND (expires IS NULL OR expires > ?3)");

        public SqliteStatement Expire { get; } = connection.Prepare(
            $"DELETE FROM items WHERE rowid IN (SELECT rowid FROM items WHERE expires <= ?1 LIMIT {ExpiredPerSweep})");

        /// <summary>A counter's value is its version, so that waiting for a change works on it too.</summary>
        public SqliteStatement Increment { get; } = connection.Prepare(
            """
            INSERT INTO items (pk, sk, version, body) VALUES (?1, ?2, ?3, x'7b7d')
            ON CONFLICT (pk, sk) DO UPDATE SET version = version + excluded.version RETURNING version
            """);

        public void Dispose()
        {
            foreach (var statement in (SqliteStatement[])[Begin, Commit, Rollback, Upsert, Delete, Version, Expire, Increment])
                statement.Dispose();
        }
    }
}
