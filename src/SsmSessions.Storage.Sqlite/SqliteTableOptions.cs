namespace SsmSessions.Storage.Sqlite;

/// <summary>Where the embedded store lives and how it writes.</summary>
public sealed class SqliteTableOptions
{
    /// <summary>The folder of the database file, created when missing; null keeps the table in memory.</summary>
    public string? Folder { get; set; }

    /// <summary>What an acknowledged write survives.</summary>
    public SqliteDurability Durability { get; set; } = SqliteDurability.Full;
}

/// <summary>What an acknowledged write survives.</summary>
public enum SqliteDurability
{
    /// <summary>A crash of the process and of the machine: the log is synced before a write is acknowledged.</summary>
    Full,

    /// <summary>A crash of the process; a crash of the machine may lose the last writes, never the file. Faster, with a worse tail.</summary>
    Normal,
}
