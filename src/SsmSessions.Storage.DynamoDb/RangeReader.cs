using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using SsmSessions.Core.Store;
using static SsmSessions.Storage.DynamoDb.TableDefinition;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>Queries of a range of one partition.</summary>
internal sealed class RangeReader(Connection table)
{
    /// <summary>The least that is asked for when a first page had expired items: they often come in rows.</summary>
    private const int RefillItems = 100;

    /// <inheritdoc cref="ITable.QueryAsync"/>
    public async ValueTask<IReadOnlyList<Item>> QueryAsync(TableQuery query, CancellationToken cancellationToken)
    {
        if (IsEmpty(query))
            return [];
        var key = query.Index is { } index ? KeyOf(index) : Key;
        var request = ToRequest(query, key);
        var found = new List<Item>();
        do
        {
            var answer = await table.SendAsync("Query", (client, attempt) => client.QueryAsync(request, attempt), cancellationToken);
            var page = answer.Response!;
            Capacity.Record("Query", page.ConsumedCapacity, request.IndexName);
            AddLive(found, page.Items ?? [], query, key.Sort);
            request.ExclusiveStartKey = page.LastEvaluatedKey;
            request.Limit = Math.Max(query.Limit - found.Count, RefillItems);
        }
        while (found.Count < query.Limit && request.ExclusiveStartKey is { Count: > 0 });
        return found;
    }

    /// <summary>DynamoDB refuses empty bounds, and a lower bound above the upper one.</summary>
    private static bool IsEmpty(TableQuery query) =>
        query.To is { } to
        && (query.From ?? "") is var from
        && Encoding.UTF8.GetBytes(from).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(to)) >= 0;

    private QueryRequest ToRequest(TableQuery query, KeyPair key)
    {
        var values = new Dictionary<string, AttributeValue> { [":partition"] = new(query.Partition) };
        var range = "";
        var from = string.IsNullOrEmpty(query.From) ? null : query.From;
        if (from is not null)
            values[":from"] = new AttributeValue(from);
        if (query.To is not null)
            values[":to"] = new AttributeValue(query.To);
        if (from is not null && query.To is not null)
            range = $" AND {key.Sort} BETWEEN :from AND :to";
        else if (from is not null)
            range = $" AND {key.Sort} >= :from";
        else if (query.To is not null)
            range = $" AND {key.Sort} < :to";

        return new QueryRequest
        {
            TableName = table.Options.TableName,
            IndexName = query.Index?.ToString(),
            KeyConditionExpression = $"{key.Partition} = :partition{range}",
            ExpressionAttributeValues = values,
            ScanIndexForward = !query.Descending,
            ConsistentRead = query.Consistent,
            // DynamoDB has no half-open range: one more, for the row at the upper bound that is dropped.
            Limit = from is not null && query.To is not null ? query.Limit + 1 : query.Limit,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        };
    }

    private void AddLive(List<Item> found, List<Dictionary<string, AttributeValue>> rows, TableQuery query, string sort)
    {
        var now = table.Now;
        foreach (var row in rows)
        {
            if (found.Count == query.Limit)
                return;
            if (ItemAttributes.IsLive(row, now) && row[sort].S != query.To)
                found.Add(query.Index is { } index ? ItemAttributes.ToItem(row, index) : ItemAttributes.ToItem(row));
        }
    }
}
