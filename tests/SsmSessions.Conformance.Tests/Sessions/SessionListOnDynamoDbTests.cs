using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing.DynamoDb;
using SsmSessions.Testing.Sessions;

namespace SsmSessions.Conformance.Tests.Sessions;

/// <summary>What DescribeSessions promises, with a DynamoDB table that several hosts share.</summary>
public sealed class SessionListOnDynamoDbTests : SharedSessionListContract
{
    private DynamoDbEmulator? _emulator;
    private DynamoDbTableOptions? _options;

    protected override int Cases => 20;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_options is null)
            return;
        using var client = _emulator!.CreateClient();
        await client.DeleteTableAsync(_options.TableName);
    }

    protected override async Task<ITable> NewTableAsync()
    {
        _emulator ??= await DynamoDbEmulator.RequireAsync();
        // The clock of the tests stands in the past of the one by which an emulator would delete.
        _options ??= _emulator.NewTable() with { WriteTimeToLive = false };
        return new DynamoDbTable(_options, Clock);
    }
}
