using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>A write is carried out, and in place of the answer the connection is reset: its writer is told that it was done, and it was done once.</summary>
[Collection("DynamoDB")]
public sealed class LostAnswerTests : IAsyncLifetime
{
    private static readonly ItemKey Key = new("p", "s");
    private static readonly ItemKey Other = new("p", "other");

    private ScriptedDynamoDb? _dynamoDb;
    private DynamoDbTable? _table;
    private DynamoDbEmulator? _emulator;

    private DynamoDbTable Table => _table!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await DynamoDbEmulator.RequireAsync();
        _dynamoDb = await ScriptedDynamoDb.StartAsync(_emulator.Url);
        _table = new DynamoDbTable(_emulator.NewTable() with { ServiceUrl = _dynamoDb.Url }, TimeProvider.System);
        await _table.OpenAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        if (_table is not null)
            await _table.DisposeAsync();
        if (_dynamoDb is not null)
            await _dynamoDb.DisposeAsync();
    }

    [Fact]
    public async Task A_conditional_put()
    {
        LoseOne("PutItem");
        Assert.True(await Table.WriteAsync(TableWrite.Put(NewItem(Key, 1), Precondition.Absent), default));
        LoseOne("PutItem");
        Assert.True(await Table.WriteAsync(TableWrite.Put(NewItem(Key, 2), Precondition.VersionIs(1)), default));

        Assert.Equal(2, (await Table.GetAsync(Key, consistent: true, default))!.Version);
        Assert.Equal(2, _dynamoDb!.Count(DynamoDbFault.AnswerLost));
    }

    [Fact]
    public async Task A_transaction()
    {
        Assert.SkipWhen(_emulator!.MostTransactionItems == 0, "This emulator of DynamoDB has no transactions.");
        LoseOne("TransactWriteItems");
        Assert.True(await Table.WriteAsync(
            [TableWrite.Put(NewItem(Key, 1), Precondition.Absent), TableWrite.Put(NewItem(Other, 1), Precondition.Absent)], default));

        Assert.Equal(1, _dynamoDb!.Count(DynamoDbFault.AnswerLost));
    }

    [Fact]
    public async Task A_conditional_delete_is_not_known_to_be_done()
    {
        await Table.WriteAsync(TableWrite.Put(NewItem(Key, 1)), default);
        LoseOne("DeleteItem");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Table.WriteAsync(TableWrite.Delete(Key, Precondition.VersionIs(1)), default));

        Assert.Null(await Table.GetAsync(Key, consistent: true, default));
    }

    private void LoseOne(string operation)
    {
        var left = 1;
        _dynamoDb!.Script = sent => sent == operation && Interlocked.Exchange(ref left, 0) == 1 ? DynamoDbFault.AnswerLost : null;
    }

    private static Item NewItem(ItemKey key, long version) => new(key, "{}"u8.ToArray()) { Version = version };
}
