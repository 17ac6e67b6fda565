using SsmSessions.Core.Store;

namespace SsmSessions.Storage.Sqlite;

/// <summary>The one table: the columns of an <see cref="Item"/>, and a partial index for each <see cref="TableIndex"/>.</summary>
internal static class SqliteColumns
{
    /// <summary>
    /// What a row holds is told by its stamp: each write of a row gives it another one, which no row of this process had before. The
    /// indexes that lists are read through carry it, so that a list of known rows is read from its index alone. All is made in one transaction:
    /// each on its own would wait for the disk.
    /// </summary>
    public const string CreateTable = """
        BEGIN IMMEDIATE;
        CREATE TABLE IF NOT EXISTS items (
          pk TEXT NOT NULL, sk TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL, expires INTEGER,
          sort TEXT, state TEXT, owner TEXT, target TEXT, status TEXT, host TEXT, deadline TEXT, deadline_sort TEXT,
          stamp INTEGER NOT NULL DEFAULT 0,
          UNIQUE (pk, sk)
        ) STRICT;
        CREATE INDEX IF NOT EXISTS by_state ON items (state, sort, stamp, expires) WHERE state IS NOT NULL;
        CREATE INDEX IF NOT EXISTS by_owner ON items (owner, sort, stamp, expires) WHERE owner IS NOT NULL;
        CREATE INDEX IF NOT EXISTS by_target ON items (target, sort, stamp, expires) WHERE target IS NOT NULL;
        CREATE INDEX IF NOT EXISTS by_status ON items (status, sort, stamp, expires) WHERE status IS NOT NULL;
        CREATE INDEX IF NOT EXISTS by_host ON items (host, sort, stamp, expires) WHERE host IS NOT NULL;
        CREATE INDEX IF NOT EXISTS by_deadline ON items (deadline, deadline_sort) WHERE deadline IS NOT NULL;
        CREATE INDEX IF NOT EXISTS by_expiry ON items (expires) WHERE expires IS NOT NULL;
        COMMIT;
        """;

    public const string Upsert = """
        INSERT INTO items (pk, sk, version, body, expires, sort, state, owner, target, status, host, deadline, deadline_sort, stamp)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        ON CONFLICT (pk, sk) DO UPDATE SET
          version = excluded.version, body = excluded.body, expires = excluded.expires, sort = excluded.sort, state = excluded.state,
          owner = excluded.owner, target = excluded.target, status = excluded.status, host = excluded.host,
          deadline = excluded.deadline, deadline_sort = excluded.deadline_sort, stamp = excluded.stamp
        """;

    /// <summary>The columns of an index: its partition and its sort key.</summary>
    public static (string Partition, string Sort) Of(TableIndex? index) => index switch
    {
        null => ("pk", "sk"),
        TableIndex.ByState => ("state", "sort"),
        TableIndex.ByOwner => ("owner", "sort"),
        TableIndex.ByTarget => ("target", "sort"),
        TableIndex.ByStatus => ("status", "sort"),
        TableIndex.ByHost => ("host", "sort"),
        TableIndex.ByDeadline => ("deadline", "deadline_sort"),
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, message: null),
    };
}
