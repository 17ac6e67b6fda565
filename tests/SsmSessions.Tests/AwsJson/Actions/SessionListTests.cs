using SsmSessions.Core.Store;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing.Sessions;

namespace SsmSessions.Tests.AwsJson.Actions;

/// <summary>What DescribeSessions promises, with a table in memory.</summary>
public sealed class SessionListInMemoryTests : SessionListContract
{
    protected override Task<ITable> NewTableAsync() => Task.FromResult<ITable>(new SqliteTable(new SqliteTableOptions(), Clock));
}

/// <summary>What DescribeSessions promises, with a SQLite file.</summary>
public sealed class SessionListInFileTests : DurableSessionListContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected override Task<ITable> NewTableAsync() => Task.FromResult<ITable>(new SqliteTable(new SqliteTableOptions { Folder = _folder }, Clock));
}
