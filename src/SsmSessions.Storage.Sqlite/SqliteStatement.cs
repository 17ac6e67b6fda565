using System.Buffers;
using System.Text;
using SQLitePCL;

namespace SsmSessions.Storage.Sqlite;

/// <summary>A statement that is prepared once and run often.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt statement) : IDisposable
{
    private const int TextOnStack = 512;

    /// <summary>Sets a parameter; they are numbered from 1.</summary>
    public void Bind(int parameter, long value) => connection.Check(raw.sqlite3_bind_int64(statement, parameter, value));

    /// <summary>Sets a parameter.</summary>
    public void Bind(int parameter, long? value) =>
        connection.Check(value is { } number ? raw.sqlite3_bind_int64(statement, parameter, number) : raw.sqlite3_bind_null(statement, parameter));

    /// <summary>Sets a parameter.</summary>
    public void Bind(int parameter, ReadOnlySpan<byte> value) => connection.Check(raw.sqlite3_bind_blob(statement, parameter, value));

    /// <summary>Sets a parameter.</summary>
    public void Bind(int parameter, string? value)
    {
        if (value is null)
        {
            connection.Check(raw.sqlite3_bind_null(statement, parameter));
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = most > TextOnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        var bytes = rented ?? stackalloc byte[TextOnStack];
        var length = Encoding.UTF8.GetBytes(value, bytes);
        connection.Check(raw.sqlite3_bind_text(statement, parameter, bytes[..length]));
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Goes to the next row; false at the end. <see cref="Reset"/> must follow, whatever happens.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW)
            return true;
        connection.Check(result);
        return false;
    }

    /// <summary>Ends a run. What it reports has been thrown by <see cref="Step"/> already.</summary>
    public void Reset() => raw.sqlite3_reset(statement);

    /// <summary>Runs to the end.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        try
        {
            while (Step())
            {
            }

            return connection.Changes;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs to the first row, and its first column; null when there is none.</summary>
    public long? RunForNumber()
    {
        try
        {
            return Step() ? Number(0) : null;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>A column of the row; they are numbered from 0.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>A column of the row.</summary>
    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>The bytes of a column, of a text as well; gone at the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    /// <summary>A column of the row.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public void Dispose() => statement.Dispose();
}
