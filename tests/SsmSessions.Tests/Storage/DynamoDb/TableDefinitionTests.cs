using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;

namespace SsmSessions.Tests.Storage.DynamoDb;

public sealed class TableDefinitionTests
{
    /// <summary>Tables exist that have these names: they never change.</summary>
    [Fact]
    public void The_names_of_the_table_are_frozen()
    {
        var request = TableDefinition.ToRequest("T");

        Assert.Equal("T", request.TableName);
        Assert.Equal(BillingMode.PAY_PER_REQUEST, request.BillingMode);
        Assert.Equal("pk HASH, sk RANGE", Text(request.KeySchema));
        Assert.Equal(
            [
                "ByState: st HASH, s RANGE; INCLUDE b, x",
                "ByOwner: ow HASH, s RANGE; INCLUDE b, x",
                "ByTarget: tg HASH, s RANGE; INCLUDE b, x",
                "ByStatus: ss HASH, s RANGE; INCLUDE b, x",
                "ByHost: ho HASH, s RANGE; INCLUDE b, x",
                "ByDeadline: dl HASH, ds RANGE; INCLUDE b, x",
            ],
            request.GlobalSecondaryIndexes.Select(
                index => $"{index.IndexName}: {Text(index.KeySchema)}; {index.Projection.ProjectionType} {string.Join(", ", index.Projection.NonKeyAttributes)}"));
        Assert.Equal(
            "dl ds ho ow pk s sk ss st tg", string.Join(' ', request.AttributeDefinitions.Select(attribute => attribute.AttributeName).Order()));
        Assert.All(request.AttributeDefinitions, attribute => Assert.Equal(ScalarAttributeType.S, attribute.AttributeType));
        Assert.Equal("ttl", TableDefinition.TimeToLiveAttribute);
    }

    [Fact]
    public void The_attributes_of_an_item_are_frozen()
    {
        var item = new Item(new ItemKey("p", "s"), Encoding.UTF8.GetBytes("{}"))
        {
            Version = 7,
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000),
            Indexes = new IndexKeys
            {
                Sort = "1",
                State = "2",
                Owner = "3",
                Target = "4",
                Status = "5",
                Host = "6",
                Deadline = "7",
                DeadlineSort = "8",
            },
        };

        var attributes = ItemAttributes.Of(item, writeTimeToLive: true);

        Assert.Equal(
            "b={} dl=7 ds=8 ho=6 ow=3 pk=p s=1 sk=s ss=5 st=2 tg=4 ttl=1800000000 v=7 x=1800000000",
            string.Join(' ', attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value.S ?? pair.Value.N}")));
        Assert.DoesNotContain("ttl", ItemAttributes.Of(item, writeTimeToLive: false).Keys);
        Assert.DoesNotContain("ttl", ItemAttributes.Of(item with { ExpiresAt = null }, writeTimeToLive: true).Keys);
    }

    [Fact]
    public void A_table_of_this_definition_does_not_differ() => Assert.Null(TableDefinition.DifferenceOf(NewTable()));

    [Fact]
    public void A_table_may_have_more_and_project_more()
    {
        var table = NewTable();
        table.GlobalSecondaryIndexes[0].Projection = new Projection { ProjectionType = ProjectionType.ALL };
        table.GlobalSecondaryIndexes.Add(new GlobalSecondaryIndexDescription { IndexName = "OfTheOperator" });

        Assert.Null(TableDefinition.DifferenceOf(table));
    }

    public static TheoryData<string, string> Differences => new()
    {
        { "no sort key", "its key is not (pk, sk)" },
        { "other names", "its key is not (pk, sk)" },
        { "keys swapped", "its key is not (pk, sk)" },
        { "a number", "its key is not (pk, sk)" },
        { "no indexes", "it has no index ByState" },
        { "an index less", "it has no index ByTarget" },
        { "another index key", "the key of its index ByDeadline is not (dl, ds)" },
        { "keys only", "its index ByOwner does not hold b and x" },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public void A_table_of_another_definition_is_told_apart(string change, string difference)
    {
        var table = NewTable();
        switch (change)
        {
            case "no sort key":
                table.KeySchema.RemoveAt(1);
                break;
            case "other names":
                table.KeySchema[0].AttributeName = "id";
                break;
            case "keys swapped":
                (table.KeySchema[0].KeyType, table.KeySchema[1].KeyType) = (KeyType.RANGE, KeyType.HASH);
                break;
            case "a number":
                table.AttributeDefinitions.Single(attribute => attribute.AttributeName == "sk").AttributeType = ScalarAttributeType.N;
                break;
            case "no indexes":
                table.GlobalSecondaryIndexes = null;
                break;
            case "an index less":
                table.GlobalSecondaryIndexes.RemoveAll(index => index.IndexName == "ByTarget");
                break;
            case "another index key":
                table.GlobalSecondaryIndexes[5].KeySchema[1].AttributeName = "s";
                break;
            default:
                table.GlobalSecondaryIndexes[1].Projection = new Projection { ProjectionType = ProjectionType.KEYS_ONLY };
                break;
        }

        Assert.Equal(difference, TableDefinition.DifferenceOf(table));
    }

    private static string Text(IEnumerable<KeySchemaElement> schema) => string.Join(", ", schema.Select(key => $"{key.AttributeName} {key.KeyType}"));

    private static TableDescription NewTable()
    {
        var request = TableDefinition.ToRequest("T");
        return new TableDescription
        {
            TableName = request.TableName,
            KeySchema = request.KeySchema,
            AttributeDefinitions = request.AttributeDefinitions,
            GlobalSecondaryIndexes = [.. request.GlobalSecondaryIndexes.Select(index => new GlobalSecondaryIndexDescription
            {
                IndexName = index.IndexName,
                KeySchema = index.KeySchema,
                Projection = index.Projection,
            })],
        };
    }
}
