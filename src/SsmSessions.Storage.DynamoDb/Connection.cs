using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using SsmSessions.Core.Store;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>What every request needs: the client, the table's name, the time, and its attempts.</summary>
internal sealed class Connection(IAmazonDynamoDB client, DynamoDbTableOptions options, TimeProvider clock, TimeProvider timers)
{
    /// <summary>Where the table is, and what may be done with it.</summary>
    public DynamoDbTableOptions Options => options;

    /// <summary>Sends requests for as long as that makes sense.</summary>
    public Attempts Attempts { get; } = new(timers);

    /// <summary>The store's time, seconds since 1970: an item with this <see cref="Item.ExpiresAt"/> is gone.</summary>
    public long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Sends one request, with attempts.</summary>
    public Task<Answer<T>> SendAsync<T>(
        string operation, Func<IAmazonDynamoDB, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
        where T : class =>
        Attempts.SendAsync(operation, attempt => send(client, attempt), cancellationToken);

    /// <summary>Reads one item, be it expired; null when there is none.</summary>
    public async Task<Dictionary<string, AttributeValue>?> ReadAsync(ItemKey key, bool consistent, CancellationToken cancellationToken)
    {
        var request = new GetItemRequest
        {
            TableName = options.TableName,
            Key = ItemAttributes.OfKey(key),
            ConsistentRead = consistent,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        };
        var answer = await SendAsync("GetItem", (client, attempt) => client.GetItemAsync(request, attempt), cancellationToken);
        Capacity.Record("GetItem", answer.Response!.ConsumedCapacity);
        return answer.Response.Item;
    }

    /// <summary>Reads one item by a consistent read; null when there is none or it has expired.</summary>
    public async Task<Dictionary<string, AttributeValue>?> ReadLiveAsync(ItemKey key, CancellationToken cancellationToken)
    {
        var attributes = await ReadAsync(key, consistent: true, cancellationToken);
        return attributes is not null && ItemAttributes.IsLive(attributes, Now) ? attributes : null;
    }
}
