using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using SsmSessions.Core.Store;
using static SsmSessions.Storage.DynamoDb.TableDefinition;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>Writes of many items, without conditions: 25 a request, a few requests at a time.</summary>
internal sealed class BatchWriter(Connection table)
{
    private const int RequestItems = 25;
    private const int RequestsAtOnce = 4;

    /// <summary>How often what DynamoDB left undone is sent again. Each time it does a part, unless it is throttled.</summary>
    private const int MostRounds = 20;

    /// <inheritdoc cref="ITable.PutManyAsync"/>
    public Task PutAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        // One request may not name a key twice, and between requests there is no order: the last item of a key is the one that counts.
        var last = new Dictionary<ItemKey, Item>(items.Count);
        foreach (var item in items)
            last[item.Key] = item;
        return WriteAsync(
            last.Values.Select(item => new WriteRequest(new PutRequest(ItemAttributes.Of(item, table.Options.WriteTimeToLive)))),
            cancellationToken);
    }

    /// <inheritdoc cref="ITable.ClearAsync"/>
    public async Task ClearAsync(IReadOnlySet<string> keptPartitions, CancellationToken cancellationToken)
    {
        var request = new ScanRequest
        {
            TableName = table.Options.TableName,
            ProjectionExpression = $"{Names.Partition}, {Names.Sort}",
            ConsistentRead = true,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        };
        do
        {
            var answer = await table.SendAsync("Scan", (client, attempt) => client.ScanAsync(request, attempt), cancellationToken);
            var page = answer.Response!;
            Capacity.Record("Scan", page.ConsumedCapacity);
            await WriteAsync(
                (page.Items ?? []).Where(key => !keptPartitions.Contains(key[Names.Partition].S)).Select(key => new WriteRequest(new DeleteRequest(key))),
                cancellationToken);
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
    }

    private Task WriteAsync(IEnumerable<WriteRequest> writes, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(writes.Chunk(RequestItems), parallel, async (chunk, stop) => await WriteAsync([.. chunk], stop));
    }

    private async Task WriteAsync(List<WriteRequest> writes, CancellationToken cancellationToken)
    {
        var request = new BatchWriteItemRequest
        {
            RequestItems = new() { [table.Options.TableName] = writes },
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        };
        for (var round = 1; round <= MostRounds; round++)
        {
            var answer = await table.SendAsync(
                "BatchWriteItem", (client, attempt) => client.BatchWriteItemAsync(request, attempt), cancellationToken);
            Capacity.Record("BatchWriteItem", answer.Response!.ConsumedCapacity);
            if (answer.Response.UnprocessedItems is not { Count: > 0 } unprocessed)
                return;
            request.RequestItems = unprocessed;
            await table.Attempts.PauseAsync(round, cancellationToken);
        }

        throw new StoreUnavailableException("DynamoDB BatchWriteItem: throttled, some items were not written");
    }
}
