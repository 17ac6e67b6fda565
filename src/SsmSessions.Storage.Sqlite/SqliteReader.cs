using SsmSessions.Core.Store;

namespace SsmSessions.Storage.Sqlite;

/// <summary>A connection that reads, with the statements it has prepared.</summary>
internal sealed class SqliteReader(SqliteConnection connection, RecentItems recent, bool ownsConnection) : IDisposable
{
    private const string WholeItem =
        "pk, sk, body, version, expires, sort, state, owner, target, status, host, deadline, deadline_sort";

    private readonly Dictionary<(TableIndex? Index, bool Descending, bool StampsOnly), SqliteStatement> _queries = [];
    private SqliteStatement? _get;

    public Item? Get(ItemKey key, long now)
    {
        var statement = _get ??= connection.Prepare(
            $"SELECT {WholeItem} FROM items WHERE pk = ?1 AND sk = ?2 AND (expires IS NULL OR expires > ?3)");
        statement.Bind(1, key.Partition);
        statement.Bind(2, key.Sort);
        statement.Bind(3, now);
        try
        {
            return statement.Step() ? ReadWhole(key, statement) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    public IReadOnlyList<Item> Query(TableQuery query, long now)
    {
        var items = new List<Item>(Math.Min(query.Limit, 256));
        if (query.Index is not (null or TableIndex.ByDeadline) && AreAllKnown(query, now, items))
            return items;
        items.Clear();
        var statement = Begin(query, now, stampsOnly: false);
        try
        {
            while (statement.Step())
                items.Add(query.Index is { } index ? ReadIndexed(index, statement) : ReadWhole(KeyOf(statement), statement));
            return items;
        }
        finally
        {
            statement.Reset();
        }
    }

    public void Dispose()
    {
        _get?.Dispose();
        foreach (var statement in _queries.Values)
            statement.Dispose();
        if (ownsConnection)
            connection.Dispose();
    }

    private static Item ReadWhole(ItemKey key, SqliteStatement row) => new(key, row.Bytes(2).ToArray())
    {
        Version = row.Number(3),
        ExpiresAt = row.IsNull(4) ? null : DateTimeOffset.FromUnixTimeSeconds(row.Number(4)),
        Indexes = row.IsNull(5) && row.IsNull(11) ? null : new IndexKeys
        {
            Sort = TextOf(row, 5),
            State = TextOf(row, 6),
            Owner = TextOf(row, 7),
            Target = TextOf(row, 8),
            Status = TextOf(row, 9),
            Host = TextOf(row, 10),
            Deadline = TextOf(row, 11),
            DeadlineSort = TextOf(row, 12),
        },
    };

    /// <summary>Reads the stamps of the rows from their index alone: enough, when all of them are known.</summary>
    private bool AreAllKnown(TableQuery query, long now, List<Item> items)
    {
        var statement = Begin(query, now, stampsOnly: true);
        try
        {
            while (statement.Step())
            {
                if (recent.Find(statement.Number(0)) is not { } known)
                    return false;
                items.Add(known);
            }

            return true;
        }
        finally
        {
            statement.Reset();
        }
    }

    private Item ReadIndexed(TableIndex index, SqliteStatement row)
    {
        var sort = row.Text(3);
        var item = new Item(KeyOf(row), row.Bytes(2).ToArray())
        {
            Version = 0,
            Indexes = index == TableIndex.ByDeadline ? new IndexKeys { DeadlineSort = sort } : new IndexKeys { Sort = sort },
        };
        if (index != TableIndex.ByDeadline)
            recent.Add(row.Number(4), item);
        return item;
    }

    private static ItemKey KeyOf(SqliteStatement row) => new(row.Text(0), row.Text(1));

    private SqliteStatement Begin(TableQuery query, long now, bool stampsOnly)
    {
        var statement = StatementOf(query, stampsOnly);
        statement.Bind(1, query.Partition);
        statement.Bind(2, query.From ?? "");
        if (query.To is { } end)
            statement.Bind(3, end);
        else
            statement.Bind(3, []); // Above every text: SQLite orders each blob after each text.
        statement.Bind(4, now);
        statement.Bind(5, query.Limit);
        return statement;
    }

    private SqliteStatement StatementOf(TableQuery query, bool stampsOnly)
    {
        if (_queries.TryGetValue((query.Index, query.Descending, stampsOnly), out var statement))
            return statement;
        var (partition, sort) = SqliteColumns.Of(query.Index);
        var columns = query.Index is null ? WholeItem : stampsOnly ? "stamp" : $"pk, sk, body, {sort}, stamp";
        statement = connection.Prepare(
            $"""
            SELECT {columns} FROM items
            WHERE {partition} = ?1 AND {sort} >= ?2 AND {sort} < ?3 AND (expires IS NULL OR expires > ?4)
            ORDER BY {sort} {(query.Descending ? "DESC" : "ASC")} LIMIT ?5
            """);
        _queries.Add((query.Index, query.Descending, stampsOnly), statement);
        return statement;
    }

    private static string? TextOf(SqliteStatement row, int column) => row.IsNull(column) ? null : row.Text(column);
}
