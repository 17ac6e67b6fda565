using Amazon.DynamoDBv2.Model;
using SsmSessions.Core.Store;
using static SsmSessions.Storage.DynamoDb.TableDefinition;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>A <see cref="Precondition"/> in DynamoDB's words. Both parts are null for the one that always holds.</summary>
internal readonly record struct Condition(string? Expression, Dictionary<string, AttributeValue>? Values)
{
    private const string Live = $"(attribute_not_exists({Names.ExpiresAt}) OR {Names.ExpiresAt} > :now)";

    /// <summary>The condition at a time, in seconds since 1970.</summary>
    public static Condition Of(Precondition precondition, long now)
    {
        var values = new Dictionary<string, AttributeValue> { [":now"] = ItemAttributes.Number(now) };
        switch (precondition.Kind)
        {
            case PreconditionKind.Absent:
                return new($"attribute_not_exists({Names.Partition}) OR {Names.ExpiresAt} <= :now", values);
            case PreconditionKind.Present:
                return new($"attribute_exists({Names.Partition}) AND {Live}", values);
            case PreconditionKind.VersionIs:
                values[":version"] = ItemAttributes.Number(precondition.Version);
                return new($"{Names.Version} = :version AND {Live}", values);
            default:
                return default;
        }
    }
}
