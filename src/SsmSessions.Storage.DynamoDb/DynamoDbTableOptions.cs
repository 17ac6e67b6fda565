namespace SsmSessions.Storage.DynamoDb;

/// <summary>Where the table is, and what this process may do with it.</summary>
public sealed record DynamoDbTableOptions
{
    /// <summary>The table's name.</summary>
    public string TableName { get; init; } = "SsmSessions";

    /// <summary>The address of an emulator, or null for AWS. With it, credentials come from the environment, else they are
    /// <c>local</c>/<c>local</c>; without it, from the SDK's default chain.</summary>
    public Uri? ServiceUrl { get; init; }

    /// <summary>The region, or null for the one of the environment (for an emulator else us-east-1).</summary>
    public string? Region { get; init; }

    /// <summary>Creates the table when it is missing. A function on Lambda has no right to.</summary>
    public bool CreateTable { get; init; } = true;

    /// <summary>Lets DynamoDB delete expired items by its own clock. Off when the service's clock can be moved.</summary>
    public bool WriteTimeToLive { get; init; } = true;

    /// <summary>How long a start waits for DynamoDB to answer.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a start waits for a table that is being created: with its indexes, AWS takes half a minute.</summary>
    public TimeSpan CreateTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one request may take before it is tried again.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often an item that somebody waits for is read, to see the writes of other hosts.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(500);
}
