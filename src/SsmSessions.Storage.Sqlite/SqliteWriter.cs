using System.Globalization;
using Microsoft.Data.Sqlite;
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
            using var command = _connection.CreateCommand();
            command.CommandText = SqliteColumns.CreateTable;
            command.ExecuteNonQuery();
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
            statements.Begin.ExecuteNonQuery();
            foreach (var write in batch)
                write.Apply(this);
            SweepExpired();
            statements.Commit.ExecuteNonQuery();
        }
        catch (SqliteException failure)
        {
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
            _statements!.Rollback.ExecuteNonQuery();
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
        var p = _statements!.UpsertParameters;
        p[0].Value = item.Key.Partition;
        p[1].Value = item.Key.Sort;
        p[2].Value = item.Version;
        p[3].Value = item.Body.ToArray();
        p[4].Value = item.ExpiresAt is { } expires ? expires.ToUnixTimeSeconds() : DBNull.Value;
        var indexes = item.Indexes;
        p[5].Value = indexes?.Sort ?? (object)DBNull.Value;
        p[6].Value = indexes?.State ?? (object)DBNull.Value;
        p[7].Value = indexes?.Owner ?? (object)DBNull.Value;
        p[8].Value = indexes?.Target ?? (object)DBNull.Value;
        p[9].Value = indexes?.Status ?? (object)DBNull.Value;
        p[10].Value = indexes?.Host ?? (object)DBNull.Value;
        p[11].Value = indexes?.Deadline ?? (object)DBNull.Value;
        p[12].Value = indexes?.DeadlineSort ?? (object)DBNull.Value;
        _statements.Upsert.ExecuteNonQuery();
    }

    public long Increment(ItemKey key, long by)
    {
        var command = _statements!.Increment;
        command.Parameters[0].Value = key.Partition;
        command.Parameters[1].Value = key.Sort;
        command.Parameters[2].Value = by;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public long Clear(IReadOnlySet<string> keptPartitions)
    {
        using var command = _connection.CreateCommand();
        var names = keptPartitions.Select((partition, i) =>
        {
            command.Parameters.AddWithValue($"$kept{i}", partition);
            return $"$kept{i}";
        });
        command.CommandText = $"DELETE FROM items WHERE pk NOT IN ({string.Join(", ", names)})";
        return command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _statements?.Dispose();
        _connection.Dispose();
    }

    private void Delete(ItemKey key)
    {
        var command = _statements!.Delete;
        command.Parameters[0].Value = key.Partition;
        command.Parameters[1].Value = key.Sort;
        command.ExecuteNonQuery();
    }

    private bool Holds(ItemKey key, Precondition precondition)
    {
        if (precondition.Kind == PreconditionKind.None)
            return true;
        var command = _statements!.Version;
        command.Parameters[0].Value = key.Partition;
        command.Parameters[1].Value = key.Sort;
        command.Parameters[2].Value = _time.GetUtcNow().ToUnixTimeSeconds();
        var version = command.ExecuteScalar();
        return precondition.Kind switch
        {
            PreconditionKind.Absent => version is null,
            PreconditionKind.Present => version is not null,
            _ => version is long found && found == precondition.Version,
        };
    }

    /// <summary>Deletes some of what has expired, now and then, in the shadow of a commit that happens anyway.</summary>
    private void SweepExpired()
    {
        if (_lastSweep != 0 && _time.GetElapsedTime(_lastSweep) < SweepInterval)
            return;
        _statements!.Expire.Parameters[0].Value = _time.GetUtcNow().ToUnixTimeSeconds();
        if (_statements.Expire.ExecuteNonQuery() < ExpiredPerSweep)
            _lastSweep = _time.GetTimestamp();
    }

    /// <summary>Statements that are prepared once.</summary>
    private sealed class Statements : IDisposable
    {
        public Statements(SqliteConnection connection)
        {
            Begin = Prepare(connection, "BEGIN IMMEDIATE");
            Commit = Prepare(connection, "COMMIT");
            Rollback = Prepare(connection, "ROLLBACK");
            Upsert = Prepare(
                connection, SqliteColumns.Upsert, "$pk", "$sk", "$version", "$body", "$expires", "$sort", "$state", "$owner", "$target",
                "$status", "$host", "$deadline", "$deadline_sort");
            UpsertParameters = [.. Upsert.Parameters.Cast<SqliteParameter>()];
            Delete = Prepare(connection, "DELETE FROM items WHERE pk = $pk AND sk = $sk", "$pk", "$sk");
            Version = Prepare(
                connection,
                "SELECT version FROM items WHERE pk = $pk AND sk = $sk AND (expires IS NULL OR expires > $now)", "$pk", "$sk", "$now");
            Expire = Prepare(
                connection,
                $"DELETE FROM items WHERE rowid IN (SELECT rowid FROM items WHERE expires <= $now LIMIT {ExpiredPerSweep})", "$now");
            // A counter's value is its version, so that waiting for a change works on it too.
            Increment = Prepare(
                connection,
                """
                INSERT INTO items (pk, sk, version, body) VALUES ($pk, $sk, $by, x'7b7d')
                ON CONFLICT (pk, sk) DO UPDATE SET version = version + excluded.version RETURNING version
                """,
                "$pk", "$sk", "$by");
        }

        public SqliteCommand Begin { get; }

        public SqliteCommand Commit { get; }

        public SqliteCommand Rollback { get; }

        public SqliteCommand Upsert { get; }

        public SqliteParameter[] UpsertParameters { get; }

        public SqliteCommand Delete { get; }

        public SqliteCommand Version { get; }

        public SqliteCommand Expire { get; }

        public SqliteCommand Increment { get; }

        public void Dispose()
        {
            foreach (var command in (SqliteCommand[])[Begin, Commit, Rollback, Upsert, Delete, Version, Expire, Increment])
                command.Dispose();
        }

        private static SqliteCommand Prepare(SqliteConnection connection, string text, params string[] parameters)
        {
            var command = connection.CreateCommand();
            command.CommandText = text;
            foreach (var name in parameters)
                command.Parameters.Add(new SqliteParameter { ParameterName = name, Value = DBNull.Value });
            return command;
        }
    }
}
