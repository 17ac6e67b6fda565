using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using SsmSessions.Core.Store;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>The one place that says what the table looks like. Names are short because DynamoDB bills them with every row.</summary>
internal static class TableDefinition
{
    /// <summary>The attribute in which DynamoDB looks for the time after which it deletes an item.</summary>
    public const string TimeToLiveAttribute = Names.TimeToLive;

    /// <summary>Partition and sort key of the table itself.</summary>
    public static readonly KeyPair Key = new(Names.Partition, Names.Sort);

    /// <summary>What an index holds beside the keys.</summary>
    public static readonly IReadOnlyList<string> Projected = [Names.Body, Names.ExpiresAt];

    /// <summary>Partition and sort key of each index. Its name is the one of the enum's member.</summary>
    public static KeyPair KeyOf(TableIndex index) => index switch
    {
        TableIndex.ByState => new(Names.State, Names.IndexSort),
        TableIndex.ByOwner => new(Names.Owner, Names.IndexSort),
        TableIndex.ByTarget => new(Names.Target, Names.IndexSort),
        TableIndex.ByStatus => new(Names.Status, Names.IndexSort),
        TableIndex.ByHost => new(Names.Host, Names.IndexSort),
        TableIndex.ByDeadline => new(Names.Deadline, Names.DeadlineSort),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>Asks for a table of this definition, billed on demand.</summary>
    public static CreateTableRequest ToRequest(string tableName) => new()
    {
        TableName = tableName,
        BillingMode = BillingMode.PAY_PER_REQUEST,
        KeySchema = SchemaOf(Key),
        AttributeDefinitions = [.. KeyAttributes().Select(name => new AttributeDefinition(name, ScalarAttributeType.S))],
        GlobalSecondaryIndexes = [.. Enum.GetValues<TableIndex>().Select(index => new GlobalSecondaryIndex
        {
            IndexName = index.ToString(),
            KeySchema = SchemaOf(KeyOf(index)),
            Projection = new Projection { ProjectionType = ProjectionType.INCLUDE, NonKeyAttributes = [.. Projected] },
        })],
    };

    /// <summary>How an existing table differs from this definition, or null when it does not. Indexes that it has beyond are fine.</summary>
    public static string? DifferenceOf(TableDescription table)
    {
        var types = (table.AttributeDefinitions ?? []).ToDictionary(a => a.AttributeName, a => a.AttributeType.Value);
        if (!Matches(table.KeySchema, Key, types))
            return $"its key is not {Key}";
        foreach (var index in Enum.GetValues<TableIndex>())
        {
            var found = table.GlobalSecondaryIndexes?.Find(i => i.IndexName == index.ToString());
            if (found is null)
                return $"it has no index {index}";
            if (!Matches(found.KeySchema, KeyOf(index), types))
                return $"the key of its index {index} is not {KeyOf(index)}";
            if (!Projects(found.Projection))
                return $"its index {index} does not hold {string.Join(" and ", Projected)}";
        }

        return null;
    }

    private static bool Matches(List<KeySchemaElement> schema, KeyPair key, Dictionary<string, string> types) =>
        schema.Count == 2
        && Array.TrueForAll([KeyType.HASH, KeyType.RANGE], type => schema.Exists(e => e.KeyType == type && e.AttributeName == key.Of(type)))
        && Array.TrueForAll([key.Partition, key.Sort], name => types.GetValueOrDefault(name) == ScalarAttributeType.S);

    private static bool Projects(Projection projection) =>
        projection.ProjectionType == ProjectionType.ALL
        || Projected.All(name => projection.NonKeyAttributes?.Contains(name) == true);

    private static List<KeySchemaElement> SchemaOf(KeyPair key) =>
        [new(key.Partition, KeyType.HASH), new(key.Sort, KeyType.RANGE)];

    private static IEnumerable<string> KeyAttributes() => Enum.GetValues<TableIndex>()
        .Select(KeyOf)
        .Prepend(Key)
        .SelectMany(key => new[] { key.Partition, key.Sort })
        .Distinct();

    /// <summary>The attributes that make a key. They are text.</summary>
    internal readonly record struct KeyPair(string Partition, string Sort)
    {
        public string Of(KeyType type) => type == KeyType.HASH ? Partition : Sort;

        public override string ToString() => $"({Partition}, {Sort})";
    }

    /// <summary>The attributes of an item.</summary>
    internal static class Names
    {
        /// <summary><see cref="ItemKey.Partition"/>.</summary>
        public const string Partition = "pk";

        /// <summary><see cref="ItemKey.Sort"/>.</summary>
        public const string Sort = "sk";

        /// <summary><see cref="Item.Body"/>, as text.</summary>
        public const string Body = "b";

        /// <summary><see cref="Item.Version"/>, and the value of a counter.</summary>
        public const string Version = "v";

        /// <summary><see cref="Item.ExpiresAt"/> in seconds since 1970.</summary>
        public const string ExpiresAt = "x";

        /// <summary>The same for DynamoDB itself, see <see cref="DynamoDbTableOptions.WriteTimeToLive"/>.</summary>
        public const string TimeToLive = "ttl";

        /// <summary>A random mark of a conditional write, by which its writer knows it again.</summary>
        public const string Nonce = "n";

        /// <summary><see cref="IndexKeys.Sort"/>.</summary>
        public const string IndexSort = "s";

        /// <summary><see cref="IndexKeys.State"/>.</summary>
        public const string State = "st";

        /// <summary><see cref="IndexKeys.Owner"/>.</summary>
        public const string Owner = "ow";

        /// <summary><see cref="IndexKeys.Target"/>.</summary>
        public const string Target = "tg";

        /// <summary><see cref="IndexKeys.Status"/>.</summary>
        public const string Status = "ss";

        /// <summary><see cref="IndexKeys.Host"/>.</summary>
        public const string Host = "ho";

        /// <summary><see cref="IndexKeys.Deadline"/>.</summary>
        public const string Deadline = "dl";

        /// <summary><see cref="IndexKeys.DeadlineSort"/>.</summary>
        public const string DeadlineSort = "ds";
    }
}
