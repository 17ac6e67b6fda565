using System.Globalization;
using System.Text;
using Amazon.DynamoDBv2.Model;
using SsmSessions.Core.Store;
using static SsmSessions.Storage.DynamoDb.TableDefinition;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>An <see cref="Item"/> as the attributes of a DynamoDB item, and back.</summary>
internal static class ItemAttributes
{
    /// <summary>Everything that is stored of an item.</summary>
    public static Dictionary<string, AttributeValue> Of(Item item, bool writeTimeToLive)
    {
        var attributes = OfKey(item.Key);
        attributes[Names.Body] = new AttributeValue(Encoding.UTF8.GetString(item.Body.Span));
        attributes[Names.Version] = Number(item.Version);
        if (item.ExpiresAt is { } expiresAt)
        {
            attributes[Names.ExpiresAt] = Number(expiresAt.ToUnixTimeSeconds());
            if (writeTimeToLive)
                attributes[Names.TimeToLive] = attributes[Names.ExpiresAt];
        }

        if (item.Indexes is { } indexes)
            AddIndexes(attributes, indexes);
        return attributes;
    }

    /// <summary>The primary key alone.</summary>
    public static Dictionary<string, AttributeValue> OfKey(ItemKey key) => new(capacity: 8, StringComparer.Ordinal)
    {
        [Names.Partition] = new(key.Partition),
        [Names.Sort] = new(key.Sort),
    };

    /// <summary>The primary key of what was read.</summary>
    public static ItemKey KeyOf(Dictionary<string, AttributeValue> attributes) =>
        new(attributes[Names.Partition].S, attributes[Names.Sort].S);

    /// <summary>The whole item, as the table holds it.</summary>
    public static Item ToItem(Dictionary<string, AttributeValue> attributes) => new(KeyOf(attributes), BodyOf(attributes))
    {
        Version = VersionOf(attributes),
        ExpiresAt = NumberOf(attributes, Names.ExpiresAt) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        Indexes = IndexesOf(attributes),
    };

    /// <summary>What an index holds of the item: key, body and its sort key there.</summary>
    public static Item ToItem(Dictionary<string, AttributeValue> attributes, TableIndex index) => new(KeyOf(attributes), BodyOf(attributes))
    {
        Version = 0,
        Indexes = index == TableIndex.ByDeadline
            ? new IndexKeys { DeadlineSort = TextOf(attributes, Names.DeadlineSort) }
            : new IndexKeys { Sort = TextOf(attributes, Names.IndexSort) },
    };

    /// <summary>The version, or 0 when there is none.</summary>
    public static long VersionOf(Dictionary<string, AttributeValue> attributes) => NumberOf(attributes, Names.Version) ?? 0;

    /// <summary>True while the item exists: it never expires, or only later than <paramref name="now"/> (seconds since 1970).</summary>
    public static bool IsLive(Dictionary<string, AttributeValue> attributes, long now) =>
        NumberOf(attributes, Names.ExpiresAt) is not { } expiresAt || expiresAt > now;

    /// <summary>A number of DynamoDB.</summary>
    public static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    private static byte[] BodyOf(Dictionary<string, AttributeValue> attributes) =>
        Encoding.UTF8.GetBytes(TextOf(attributes, Names.Body) ?? "");

    private static long? NumberOf(Dictionary<string, AttributeValue> attributes, string name) =>
        attributes.TryGetValue(name, out var value) ? long.Parse(value.N, CultureInfo.InvariantCulture) : null;

    private static string? TextOf(Dictionary<string, AttributeValue> attributes, string name) =>
        attributes.TryGetValue(name, out var value) ? value.S : null;

    private static void AddIndexes(Dictionary<string, AttributeValue> attributes, IndexKeys indexes)
    {
        Add(Names.IndexSort, indexes.Sort);
        Add(Names.State, indexes.State);
        Add(Names.Owner, indexes.Owner);
        Add(Names.Target, indexes.Target);
        Add(Names.Status, indexes.Status);
        Add(Names.Host, indexes.Host);
        Add(Names.Deadline, indexes.Deadline);
        Add(Names.DeadlineSort, indexes.DeadlineSort);

        void Add(string name, string? text)
        {
            if (text is not null)
                attributes[name] = new AttributeValue(text);
        }
    }

    private static IndexKeys? IndexesOf(Dictionary<string, AttributeValue> attributes)
    {
        var indexes = new IndexKeys
        {
            Sort = TextOf(attributes, Names.IndexSort),
            State = TextOf(attributes, Names.State),
            Owner = TextOf(attributes, Names.Owner),
            Target = TextOf(attributes, Names.Target),
            Status = TextOf(attributes, Names.Status),
            Host = TextOf(attributes, Names.Host),
            Deadline = TextOf(attributes, Names.Deadline),
            DeadlineSort = TextOf(attributes, Names.DeadlineSort),
        };
        return indexes == new IndexKeys() ? null : indexes;
    }
}
