using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Conformance.Tests.Clients;

/// <summary>Real clients on SQLite.</summary>
public sealed class RealClientsOnSqliteTests : RealClientContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override Task<ITable> NewTableAsync() =>
        Task.FromResult<ITable>(new SqliteTable(new SqliteTableOptions { Folder = _folder }, TimeProvider.System));
}

/// <summary>Real clients on DynamoDB.</summary>
[Collection("DynamoDB")]
public sealed class RealClientsOnDynamoDbTests : RealClientContract
{
    protected override async Task<ITable> NewTableAsync()
    {
        var emulator = await DynamoDbEmulator.RequireAsync();
        Assert.SkipWhen(emulator.MostTransactionItems == 0, $"{emulator.Name} has no transactions, which starting a session needs");
        return new DynamoDbTable(emulator.NewTable(), TimeProvider.System);
    }
}
