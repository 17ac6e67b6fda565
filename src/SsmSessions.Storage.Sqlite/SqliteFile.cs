using SsmSessions.Core.Store;

namespace SsmSessions.Storage.Sqlite;

/// <summary>The database file, held by this process alone through a lock file beside it.</summary>
internal sealed class SqliteFile : IDisposable
{
    private const string FileName = "sessions.db";
    private const string LockName = "sessions.lock";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

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

        var held = Lock(folder);
        KeepPrivate(folder);
        return new SqliteFile(options, held);
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

    /// <summary>The file holds the service's own keys, and a folder that was there before may be open to everybody. SQLite gives its log the
    /// rights of the file.</summary>
    private static void KeepPrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            var path = Path.Combine(folder, FileName);
            if (!File.Exists(path))
                new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }).Dispose();
            foreach (var file in ((string[])["", "-wal", "-shm", "-journal"]).Select(ending => new FileInfo(path + ending)))
            {
                // What a link leads to is not ours.
                if (file is { Exists: true, LinkTarget: null })
                    File.SetUnixFileMode(file.FullName, OwnerOnly);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Another user's file, or a file system without rights: whether it can be used is SQLite's to say.
        }
    }

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
                failure switch
                {
                    UnauthorizedAccessException => $"the data folder {folder} is not writable",
                    { HResult: var result } when result == HeldByAnother => $"the data folder {folder} is in use by another process (or cannot be locked)",
                    _ => $"the data folder {folder} cannot be used: {failure.Message}",
                },
                failure);
        }
    }

    /// <summary>How .NET says that another process holds a file: ERROR_SHARING_VIOLATION, or what the system has for EWOULDBLOCK.</summary>
    private static int HeldByAnother => OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsLinux() ? 11 : 35;
}
