using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using SsmSessions.Core.Store;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>Finds the table, or creates it, and makes sure that it is the one this code needs. Other hosts may do so at the same time.</summary>
internal sealed class TableOpening(IAmazonDynamoDB client, DynamoDbTableOptions options, TimeProvider timers)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private TimeSpan _patience = options.OpenTimeout;
    private bool _creating;

    /// <summary>Returns when the table can be used.</summary>
    /// <exception cref="StoreUnusableException">It cannot, or not in time.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var started = timers.GetTimestamp();
        var waitingFor = "";
        while (timers.GetElapsedTime(started) < _patience)
        {
            try
            {
                if (await TryOpenAsync(cancellationToken))
                    return;
                waitingFor = $"table {options.TableName} is not ready";
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested && Failures.KindOf(failure) is { } kind)
            {
                if (kind == Failure.Hopeless)
                    throw Unusable(Failures.Describe(failure), failure);
                waitingFor = Failures.Describe(failure);
            }

            await Task.Delay(Pause, timers, cancellationToken);
        }

        throw Unusable($"gave up after {_patience.TotalSeconds:0} s: {waitingFor}");
    }

    /// <summary>The clear line for the operator.</summary>
    public StoreUnusableException Unusable(string reason, Exception? failure = null)
    {
        var place = options.ServiceUrl?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) 
            ?? client.Config.RegionEndpoint?.SystemName ?? "AWS";
        return new StoreUnusableException($"DynamoDB at {place}: {reason}", failure);
    }

    private async Task<bool> TryOpenAsync(CancellationToken cancellationToken)
    {
        var table = await DescribeAsync(cancellationToken) ?? await CreateAsync(cancellationToken);
        if (table is null || table.TableStatus == TableStatus.CREATING || table.TableStatus == TableStatus.DELETING)
        {
            _patience = options.CreateTimeout;
            return false;
        }

        if (table.TableStatus != TableStatus.ACTIVE && table.TableStatus != TableStatus.UPDATING)
            throw Unusable($"table {options.TableName} is {table.TableStatus}");
        if (TableDefinition.DifferenceOf(table) is { } difference)
            throw Unusable($"table {options.TableName} was not made for this program: {difference}");
        if (_creating && options.WriteTimeToLive)
            await EnableTimeToLiveAsync(cancellationToken);
        return true;
    }

    private async Task<TableDescription?> DescribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await client.DescribeTableAsync(new DescribeTableRequest { TableName = options.TableName }, cancellationToken)).Table;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    private async Task<TableDescription?> CreateAsync(CancellationToken cancellationToken)
    {
        if (!options.CreateTable)
            throw Unusable($"table {options.TableName} does not exist, and this process does not create it");
        _creating = true;
        try
        {
            return (await client.CreateTableAsync(TableDefinition.ToRequest(options.TableName), cancellationToken)).TableDescription;
        }
        catch (ResourceInUseException)
        {
            // Another host was faster: the table is as good as our own.
            return null;
        }
    }

    private async Task EnableTimeToLiveAsync(CancellationToken cancellationToken)
    {
        var request = new UpdateTimeToLiveRequest
        {
            TableName = options.TableName,
            TimeToLiveSpecification = new TimeToLiveSpecification { AttributeName = TableDefinition.TimeToLiveAttribute, Enabled = true },
        };
        try
        {
            await client.UpdateTimeToLiveAsync(request, cancellationToken);
        }
        catch (AmazonDynamoDBException refused) when (refused.ErrorCode is "UnknownOperationException" or "ValidationException" or "ResourceInUseException")
        {
            // Not every emulator has it, and another host may have been faster. Expired items are never shown in any case.
        }
    }
}
