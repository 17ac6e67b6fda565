using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing;
using SsmSessions.Testing.DynamoDb;
using SsmSessions.Testing.Store;

namespace SsmSessions.Conformance.Tests.Store;

/// <summary>The store's contract on DynamoDB.</summary>
public sealed class DynamoDbTableTests : TableContract
{
    private DynamoDbEmulator? _emulator;
    private DynamoDbTableOptions? _options;

    protected override int MostTransactionItems => _emulator!.MostTransactionItems;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_options is null)
            return;
        using var client = _emulator!.CreateClient();
        await client.DeleteTableAsync(_options.TableName);
    }

    protected override async Task<ITable> OpenAsync(ManualTimeProvider clock)
    {
        _emulator = await DynamoDbEmulator.RequireAsync();
        _options = _emulator.NewTable();
        var table = new DynamoDbTable(_options, clock);
        await table.OpenAsync(TestContext.Current.CancellationToken);
        return table;
    }
}
