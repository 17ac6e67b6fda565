using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using SsmSessions.Core.Store;
using static SsmSessions.Storage.DynamoDb.TableDefinition;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>Single conditional writes, transactions and counters.</summary>
internal sealed class Writer(Connection table)
{
    /// <inheritdoc cref="ITable.WriteAsync(TableWrite, CancellationToken)"/>
    public Task<bool> WriteAsync(TableWrite write, CancellationToken cancellationToken) => write switch
    {
        PutWrite put => PutAsync(put, cancellationToken),
        DeleteWrite delete => DeleteAsync(delete, cancellationToken),
        _ => CheckAsync(write, cancellationToken),
    };

    /// <inheritdoc cref="ITable.WriteAsync(IReadOnlyList{TableWrite}, CancellationToken)"/>
    public async Task<bool> WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        var now = table.Now;
        var request = new TransactWriteItemsRequest
        {
            TransactItems = [.. writes.Where(IsMoreThanNothing).Select(write => ToTransactItem(write, now))],
            // By this token DynamoDB knows a second attempt, so that one whose answer was lost is not refused because of itself.
            ClientRequestToken = Guid.NewGuid().ToString(),
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        };
        if (request.TransactItems.Count == 0)
            return true;
        var answer = await table.SendAsync(
            "TransactWriteItems", (client, attempt) => client.TransactWriteItemsAsync(request, attempt), cancellationToken);
        Capacity.Record("TransactWriteItems", answer.Response?.ConsumedCapacity);
        return !answer.Refused;
    }

    /// <inheritdoc cref="ITable.IncrementAsync"/>
    public async Task<long> IncrementAsync(ItemKey key, long by, CancellationToken cancellationToken)
    {
        var request = new UpdateItemRequest
        {
            TableName = table.Options.TableName,
            Key = ItemAttributes.OfKey(key),
            UpdateExpression = $"ADD {Names.Version} :by SET {Names.Body} = :body",
            ExpressionAttributeValues = new() { [":by"] = ItemAttributes.Number(by), [":body"] = new("{}") },
            ReturnValues = ReturnValue.UPDATED_NEW,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        };
        var answer = await table.SendAsync("UpdateItem", (client, attempt) => client.UpdateItemAsync(request, attempt), cancellationToken);
        Capacity.Record("UpdateItem", answer.Response!.ConsumedCapacity);
        return ItemAttributes.VersionOf(answer.Response.Attributes);
    }

    private async Task<bool> PutAsync(PutWrite write, CancellationToken cancellationToken)
    {
        var condition = Condition.Of(write.Precondition, table.Now);
        var nonce = Guid.NewGuid().ToByteArray();
        var request = new PutItemRequest
        {
            TableName = table.Options.TableName,
            Item = ItemAttributes.Of(write.Item, table.Options.WriteTimeToLive),
            ConditionExpression = condition.Expression,
            ExpressionAttributeValues = condition.Values,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        };
        if (condition.Expression is not null)
            request.Item[Names.Nonce] = new AttributeValue { B = new MemoryStream(nonce) };

        var answer = await table.SendAsync("PutItem", (client, attempt) => client.PutItemAsync(request, attempt), cancellationToken);
        Capacity.Record("PutItem", answer.Response?.ConsumedCapacity);
        if (!answer.Refused)
            return true;
        if (!answer.InDoubt)
            return false;
        // An earlier attempt may have been carried out, and this one refused because of it: then what is there carries our mark.
        return await CarriesAsync(write.Key, nonce, cancellationToken) ? true : throw Unknowable("PutItem");
    }

    private async Task<bool> DeleteAsync(DeleteWrite write, CancellationToken cancellationToken)
    {
        var condition = Condition.Of(write.Precondition, table.Now);
        var request = new DeleteItemRequest
        {
            TableName = table.Options.TableName,
            Key = ItemAttributes.OfKey(write.Key),
            ConditionExpression = condition.Expression,
            ExpressionAttributeValues = condition.Values,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        };
        var answer = await table.SendAsync("DeleteItem", (client, attempt) => client.DeleteItemAsync(request, attempt), cancellationToken);
        Capacity.Record("DeleteItem", answer.Response?.ConsumedCapacity);
        // A delete leaves nothing by which an earlier attempt could be known.
        return answer is { Refused: true, InDoubt: true } ? throw Unknowable("DeleteItem") : !answer.Refused;
    }

    private async Task<bool> CheckAsync(TableWrite write, CancellationToken cancellationToken)
    {
        if (!IsMoreThanNothing(write))
            return true;
        var item = await table.ReadLiveAsync(write.Key, cancellationToken);
        return write.Precondition.Kind switch
        {
            PreconditionKind.Absent => item is null,
            PreconditionKind.Present => item is not null,
            _ => item is not null && ItemAttributes.VersionOf(item) == write.Precondition.Version,
        };
    }

    private async Task<bool> CarriesAsync(ItemKey key, byte[] nonce, CancellationToken cancellationToken)
    {
        var found = await table.ReadAsync(key, consistent: true, cancellationToken);
        return found?.GetValueOrDefault(Names.Nonce) is { B: { } mark } && mark.ToArray().AsSpan().SequenceEqual(nonce);
    }

    private static StoreUnavailableException Unknowable(string operation) =>
        new($"DynamoDB {operation}: an answer was lost, and the item has changed since");

    /// <summary>DynamoDB has no check that always holds.</summary>
    private static bool IsMoreThanNothing(TableWrite write) =>
        write is not CheckWrite || write.Precondition.Kind != PreconditionKind.None;

    private TransactWriteItem ToTransactItem(TableWrite write, long now)
    {
        var tableName = table.Options.TableName;
        var condition = Condition.Of(write.Precondition, now);
        return write switch
        {
            PutWrite put => new TransactWriteItem
            {
                Put = new Put
                {
                    TableName = tableName,
                    Item = ItemAttributes.Of(put.Item, table.Options.WriteTimeToLive),
                    ConditionExpression = condition.Expression,
                    ExpressionAttributeValues = condition.Values,
                },
            },
            DeleteWrite => new TransactWriteItem
            {
                Delete = new Delete
                {
                    TableName = tableName,
                    Key = ItemAttributes.OfKey(write.Key),
                    ConditionExpression = condition.Expression,
                    ExpressionAttributeValues = condition.Values,
                },
            },
            _ => new TransactWriteItem
            {
                ConditionCheck = new ConditionCheck
                {
                    TableName = tableName,
                    Key = ItemAttributes.OfKey(write.Key),
                    ConditionExpression = condition.Expression,
                    ExpressionAttributeValues = condition.Values,
                },
            },
        };
    }
}
