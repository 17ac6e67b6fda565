using System.Diagnostics;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;
using SsmSessions.Storage.Sqlite;

namespace SsmSessions.Benchmarks.Sessions;

/// <summary>SQLite as it is: the store's own table, indexes and settings, one writer, one prepared insert, one row a commit.</summary>
internal sealed class PlainInserts : IDisposable
{
    private const int Chunk = 1_000;

    private readonly SqliteFile _file;
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _insert;
    private int _written;

    public PlainInserts(string folder)
    {
        _file = SqliteFile.Open(new SqliteTableOptions { Folder = folder });
        _connection = _file.Connect();
        _connection.Run(SqliteColumns.CreateTable);
        _insert = _connection.Prepare("""
            INSERT INTO items (pk, sk, version, body, expires, sort, state, owner, target, status, host, deadline, deadline_sort, stamp)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """);
    }

    /// <summary>Inserts for a while. Making the rows does not count.</summary>
    public RoundOutcome Run(TimeSpan time)
    {
        var rows = 0L;
        var spent = TimeSpan.Zero;
        while (spent < time)
        {
            var items = MakeRows();
            var started = Stopwatch.GetTimestamp();
            foreach (var item in items)
                Insert(item);
            spent += Stopwatch.GetElapsedTime(started);
            rows += items.Length;
        }

        return new RoundOutcome(rows, spent.TotalSeconds);
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
        _file.Dispose();
    }

    private Item[] MakeRows()
    {
        var now = TimeProvider.System.GetUtcNow();
        return [.. Enumerable.Range(0, Chunk).Select(i => SessionItem.ToItem(
            new Session
            {
                Tenant = SampleSessions.Tenant,
                Id = SampleSessions.Id(_written++),
                Target = SampleSessions.Target(0),
                Owner = SampleSessions.Owner(0),
                Status = SessionStatus.Connecting,
                StartDate = now.AddMilliseconds(i),
                Deadline = now + Session.DefaultIdleTimeout,
            },
            version: 1))];
    }

    private void Insert(Item item)
    {
        var indexes = item.Indexes!;
        _insert.Bind(1, item.Key.Partition);
        _insert.Bind(2, item.Key.Sort);
        _insert.Bind(3, item.Version);
        _insert.Bind(4, item.Body.Span);
        _insert.Bind(5, item.ExpiresAt?.ToUnixTimeSeconds());
        _insert.Bind(6, indexes.Sort);
        _insert.Bind(7, indexes.State);
        _insert.Bind(8, indexes.Owner);
        _insert.Bind(9, indexes.Target);
        _insert.Bind(10, indexes.Status);
        _insert.Bind(11, indexes.Host);
        _insert.Bind(12, indexes.Deadline);
        _insert.Bind(13, indexes.DeadlineSort);
        _insert.Bind(14, (long)_written);
        _insert.Run();
    }
}
