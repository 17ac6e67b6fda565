using SsmSessions.Core.Store;

namespace SsmSessions.Storage.Sqlite;

/// <summary>The database file, held by this process alone through a lock file beside it.</summary>
internal sealed class SqliteFile : IDisposable
{
    private const string FileName = "sessions.db";
    private const string LockName = "sessions.lock";

    private readonly SqliteTableOptions _options;
    private readonly FileStream? _lock;

    private SqliteFile(SqliteTableOptions options, FileStream? processLock)
    {
        _options = options;
        _lock = processLock;
    }

    /// <summary>Makes the folder (readable by its owner only) and takes the lock.</summary>
    /// <exception cref="StoreUnusableException">The folder cannot be used, or another process holds it.</exception>
    public static SqliteFile Open(SqliteTableOptions options)
    {
        if (options.Folder is not { } folder)
            return new SqliteFile(options, processLock: null);
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnusableException($"the data folder {folder} cannot be made: {failure.Message}", failure);
        }

        return new SqliteFile(options, Lock(folder));
    }

    /// <summary>A new connection, set up for this store.</summary>
    /// <exception cref="StoreUnusableException">The file cannot be opened, or is no database.</exception>
    public SqliteConnection Connect()
    {
        var path = _options.Folder is { } folder ? Path.Combine(folder, FileName) : ":memory:";
        SqliteConnection? connection = null;
        try
        {
            connection = new SqliteConnection(path, isFile: _options.Folder is not null);
            // NORMAL in memory is moot. A sync at each commit is what FULL adds to WAL.
            connection.Run($"""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = {(_options.Durability == SqliteDurability.Full ? "FULL" : "NORMAL")};
                PRAGMA cache_size = -65536;
                PRAGMA mmap_size = 1073741824;
                PRAGMA temp_store = MEMORY;
                PRAGMA wal_autocheckpoint = 4000;
                """);
            return connection;
        }
        catch (SqliteException failure)
        {
            connection?.Dispose();
            throw new StoreUnusableException($"the store at {path} cannot be opened: {failure.Message}", failure);
        }
    }

    public void Dispose() => _lock?.Dispose();

    private static FileStream Lock(string folder)
    {
        var path = Path.Combine(folder, LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnusableException(
                failure is UnauthorizedAccessException
                    ? $"the data folder {folder} is not writable"
                    : $"the data folder {folder} is in use by another process (or cannot be locked)",
                failure);
        }
    }
}
