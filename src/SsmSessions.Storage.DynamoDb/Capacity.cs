using System.Diagnostics.Metrics;
using Amazon.DynamoDBv2.Model;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>Records what DynamoDB bills for each answer: histogram <c>consumed_capacity</c>, in capacity units, by operation and index.</summary>
internal static class Capacity
{
    private static readonly Meter Meter = new(DynamoDbTable.MeterName);

    private static readonly Histogram<double> Consumed =
        Meter.CreateHistogram<double>("consumed_capacity", "{unit}", "Capacity units that an answer of DynamoDB consumed.");

    /// <summary>Records one answer. The index is <c>table</c> for the table itself.</summary>
    public static void Record(string operation, ConsumedCapacity? consumed, string? index = null)
    {
        if (consumed is not null)
            Record(operation, consumed.CapacityUnits ?? 0, index);
    }

    /// <summary>Records one answer to a request for several items.</summary>
    public static void Record(string operation, List<ConsumedCapacity>? consumed)
    {
        if (consumed is not null)
            Record(operation, consumed.Sum(c => c.CapacityUnits ?? 0), index: null);
    }

    private static void Record(string operation, double units, string? index) =>
        Consumed.Record(units, new("operation", operation), new("index", index ?? "table"));
}
