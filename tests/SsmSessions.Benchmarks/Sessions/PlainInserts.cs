using System.Diagnostics;
using Microsoft.Data.Sqlite;
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
    private readonly SqliteCommand _insert;
    private int _written;

    public PlainInserts(string folder)
    {
        _file = SqliteFile.Open(new SqliteTableOptions { Folder = folder });
        _connection = _file.Connect();
        using var create = _connection.CreateCommand();
        create.CommandText = SqliteColumns.CreateTable;
        create.ExecuteNonQuery();
        _insert = _connection.CreateCommand();
        _insert.CommandText = """
            INSERT INTO items (pk, sk, version, body, expires, sort, state, owner, target, status, host, deadline, deadline_sort)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """;
        for (var i = 0; i <= 12; i++)
            _insert.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
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
        var p = _insert.Parameters;
        var indexes = item.Indexes!;
        object?[] values =
        [
            item.Key.Partition, item.Key.Sort, item.Version, item.Body.ToArray(), item.ExpiresAt?.ToUnixTimeSeconds(), indexes.Sort,
            indexes.State, indexes.Owner, indexes.Target, indexes.Status, indexes.Host, indexes.Deadline, indexes.DeadlineSort,
        ];
        for (var i = 0; i < values.Length; i++)
            p[i].Value = values[i] ?? DBNull.Value;
        _insert.ExecuteNonQuery();
    }
}
