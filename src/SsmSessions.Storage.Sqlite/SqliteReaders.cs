using SsmSessions.Core.Store;

namespace SsmSessions.Storage.Sqlite;

/// <summary>The connections that read: as many as there are readers at once, kept for the next. In memory, the writer's own.</summary>
internal sealed class SqliteReaders : IDisposable
{
    // The one used last is taken first: what it read is the likeliest to be in the processor's caches.
    private readonly Stack<SqliteReader> _idle = [];
    private readonly RecentItems _recent = new();
    private readonly SqliteFile? _file;
    private readonly SqliteWriter? _shared;
    private readonly SqliteReader? _sharedReader;

    public SqliteReaders(SqliteFile file) => _file = file;

    public SqliteReaders(SqliteWriter shared)
    {
        _shared = shared;
        _sharedReader = new SqliteReader(shared.Connection, _recent, ownsConnection: false);
    }

    /// <exception cref="StoreUnavailableException">SQLite could not read.</exception>
    public T Read<TRequest, T>(TRequest request, long now, Func<SqliteReader, TRequest, long, T> read)
    {
        try
        {
            if (_shared is { } shared)
            {
                lock (shared.Gate)
                    return read(_sharedReader!, request, now);
            }

            var reader = Take();
            try
            {
                return read(reader, request, now);
            }
            finally
            {
                lock (_idle)
                    _idle.Push(reader);
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
        foreach (var reader in _idle)
            reader.Dispose();
    }

    private SqliteReader Take()
    {
        lock (_idle)
        {
            if (_idle.TryPop(out var reader))
                return reader;
        }

        return new SqliteReader(_file!.Connect(), _recent, ownsConnection: true);
    }
}
