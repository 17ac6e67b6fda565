using System.Runtime.InteropServices;
using SQLitePCL;

namespace SsmSessions.Storage.Sqlite;

/// <summary>
/// A connection on SQLite's own interface. One thread at a time: it has no mutex of its own. (An ADO.NET command looks its parameters
/// up by name and makes a reader for each run, which costs more than the run itself.)
/// </summary>
internal sealed partial class SqliteConnection : IDisposable
{
    private const int PatienceMilliseconds = 10_000;

    /// <summary>SQLITE_FCNTL_HAS_MOVED.</summary>
    private const int HasMovedQuestion = 20;

    private readonly sqlite3 _database;

    static SqliteConnection() => Batteries_V2.Init();

    /// <summary>Opens a database file, which is made when it is missing, or <c>:memory:</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isFile">
    /// True for a file that this process alone uses: its connections then share the index of the log in memory, and lock one another
    /// without asking the system.
    /// </param>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public SqliteConnection(string path, bool isFile)
    {
        const int Flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
        var result = raw.sqlite3_open_v2(path, out _database, Flags, isFile && !OperatingSystem.IsWindows() ? "unix-excl" : null);
        try
        {
            Check(result);
            Check(raw.sqlite3_busy_timeout(_database, PatienceMilliseconds));
            // Plans do not depend on what is bound. Else SQLite plans a statement anew each time a parameter of it changes.
            Check(raw.sqlite3_db_config(_database, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _));
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>How many rows the statement that ran last has changed.</summary>
    public int Changes => raw.sqlite3_changes(_database);

    /// <summary>True when the file is no longer where it was opened: moved, deleted, or replaced. What is written then nobody finds again.</summary>
    public bool HasMoved
    {
        get
        {
            var held = false;
            try
            {
                _database.DangerousAddRef(ref held);
                // A store that cannot move (in memory, or on Windows, where an open file stays) does not know the question.
                return Ask(_database.DangerousGetHandle(), null, HasMovedQuestion, out var hasMoved) == raw.SQLITE_OK && hasMoved != 0;
            }
            finally
            {
                if (held)
                    _database.DangerousRelease();
            }
        }
    }

    /// <summary>Runs statements that are separated by semicolons.</summary>
    /// <exception cref="SqliteException">One of them failed.</exception>
    public void Run(string statements) => Check(raw.sqlite3_exec(_database, statements));

    /// <summary>Prepares a statement for many runs. It is disposed before the connection.</summary>
    /// <exception cref="SqliteException">SQLite does not take it.</exception>
    public SqliteStatement Prepare(string text)
    {
        Check(raw.sqlite3_prepare_v3(_database, text, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        return new SqliteStatement(this, statement);
    }

    /// <exception cref="SqliteException">The result is an error.</exception>
    public void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw new SqliteException(result, raw.sqlite3_errmsg(_database).utf8_to_string());
    }

    public void Dispose() => _database.Dispose();

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int Ask(nint database, string? name, int question, out int answer);
}

/// <summary>SQLite could not do what it was asked.</summary>
/// <param name="result">Its result code, see <see cref="SqliteErrors"/>.</param>
/// <param name="text">Its message.</param>
internal sealed class SqliteException(int result, string text) : Exception($"{text} (SQLite error {result & 0xff})")
{
    /// <summary>The kind of error, without what is particular.</summary>
    public int Kind { get; } = result & 0xff;
}

/// <summary>The numbers of the SQLite errors that are told apart.</summary>
internal static class SqliteErrors
{
    public const int IoError = 10;
    public const int Corrupt = 11;
    public const int Full = 13;
}
