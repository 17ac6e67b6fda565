using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SsmSessions.Core.Store;

namespace SsmSessions.Storage.Sqlite;

/// <summary>The connections that read: as many as there are readers at once, kept for the next. In memory, the writer's own.</summary>
internal sealed class SqliteReaders : IDisposable
{
    private readonly ConcurrentBag<SqliteReader> _idle = [];
    private readonly SqliteFile? _file;
    private readonly SqliteWriter? _shared;
    private readonly SqliteReader? _sharedReader;

    public SqliteReaders(SqliteFile file) => _file = file;

    public SqliteReaders(SqliteWriter shared)
    {
        _shared = shared;
        _sharedReader = new SqliteReader(shared.Connection, ownsConnection: false);
    }

    public T Read<T>(Func<SqliteReader, T> read)
    {
        try
        {
            if (_shared is { } shared)
            {
                lock (shared.Gate)
                    return read(_sharedReader!);
            }

            if (!_idle.TryTake(out var reader))
                reader = new SqliteReader(_file!.Connect(), ownsConnection: true);
            try
            {
                return read(reader);
            }
            finally
            {
                _idle.Add(reader);
            }
        }
        catch (SqliteException failure)
        {
            throw new StoreUnavailableException("the store could not read: " + failure.Message, failure);
        }
    }

    public void Dispose()
    {
        _sharedReader?.Dispose();
        while (_idle.TryTake(out var reader))
            reader.Dispose();
    }
}

/// <summary>A connection that reads, with the statements it has prepared.</summary>
internal sealed class SqliteReader(SqliteConnection connection, bool ownsConnection) : IDisposable
{
    private const string WholeItem =
        "pk, sk, body, version, expires, sort, state, owner, target, status, host, deadline, deadline_sort";

    private readonly Dictionary<(TableIndex? Index, bool Descending), SqliteCommand> _queries = [];
    private SqliteCommand? _get;

    public Item? Get(ItemKey key, long now)
    {
        var command = _get ??= Prepare(
            $"SELECT {WholeItem} FROM items WHERE pk = $p0 AND sk = $p1 AND (expires IS NULL OR expires > $p2)", 3);
        command.Parameters[0].Value = key.Partition;
        command.Parameters[1].Value = key.Sort;
        command.Parameters[2].Value = now;
        using var row = command.ExecuteReader();
        return row.Read() ? ReadWhole(row) : null;
    }

    public IReadOnlyList<Item> Query(TableQuery query, long now)
    {
        var command = CommandOf(query);
        command.Parameters[0].Value = query.Partition;
        command.Parameters[1].Value = query.From ?? "";
        // Above every text: SQLite orders each blob after each text.
        command.Parameters[2].Value = query.To ?? (object)Array.Empty<byte>();
        command.Parameters[3].Value = now;
        command.Parameters[4].Value = query.Limit;
        var items = new List<Item>(Math.Min(query.Limit, 256));
        using var row = command.ExecuteReader();
        while (row.Read())
            items.Add(query.Index is { } index ? ReadIndexed(index, row) : ReadWhole(row));
        return items;
    }

    public void Dispose()
    {
        _get?.Dispose();
        foreach (var command in _queries.Values)
            command.Dispose();
        if (ownsConnection)
            connection.Dispose();
    }

    private static Item ReadWhole(SqliteDataReader row) => new(KeyOf(row), row.GetFieldValue<byte[]>(2))
    {
        Version = row.GetInt64(3),
        ExpiresAt = row.IsDBNull(4) ? null : DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(4)),
        Indexes = row.IsDBNull(5) && row.IsDBNull(11) ? null : new IndexKeys
        {
            Sort = Text(row, 5),
            State = Text(row, 6),
            Owner = Text(row, 7),
            Target = Text(row, 8),
            Status = Text(row, 9),
            Host = Text(row, 10),
            Deadline = Text(row, 11),
            DeadlineSort = Text(row, 12),
        },
    };

    private static Item ReadIndexed(TableIndex index, SqliteDataReader row)
    {
        var sort = row.GetString(3);
        return new Item(KeyOf(row), row.GetFieldValue<byte[]>(2))
        {
            Version = 0,
            Indexes = index == TableIndex.ByDeadline ? new IndexKeys { DeadlineSort = sort } : new IndexKeys { Sort = sort },
        };
    }

    private static ItemKey KeyOf(SqliteDataReader row) => new(row.GetString(0), row.GetString(1));

    private SqliteCommand CommandOf(TableQuery query)
    {
        if (_queries.TryGetValue((query.Index, query.Descending), out var command))
            return command;
        var (partition, sort) = SqliteColumns.Of(query.Index);
        var columns = query.Index is null ? WholeItem : "pk, sk, body, " + sort;
        command = Prepare(
            $"""
            SELECT {columns} FROM items
            WHERE {partition} = $p0 AND {sort} >= $p1 AND {sort} < $p2 AND (expires IS NULL OR expires > $p3)
            ORDER BY {sort} {(query.Descending ? "DESC" : "ASC")} LIMIT $p4
            """,
            5);
        _queries.Add((query.Index, query.Descending), command);
        return command;
    }

    private SqliteCommand Prepare(string text, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        for (var i = 0; i < parameters; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"$p{i}", Value = DBNull.Value });
        return command;
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
