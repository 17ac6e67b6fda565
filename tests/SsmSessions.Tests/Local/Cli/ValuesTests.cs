using System.Text.Json.Nodes;
using SsmSessions.Local.Cli;

namespace SsmSessions.Tests.Local.Cli;

/// <summary>How values of every kind are shown.</summary>
public sealed class ValuesTests
{
    [Theory]
    [InlineData("true", "true", "true")]
    [InlineData("null", "<null>", "<null>")]
    [InlineData("1.50", "1.50", "1.50")]
    [InlineData("{}", "<dict>", "{}")]
    [InlineData("""{"a":[1,{"b":"é\n"}],"c":null}""", "<dict>", """{"a": [1, {"b": "\u00e9\n"}], "c": null}""")]
    [InlineData("[]", "<empty list>", "<empty list>")]
    [InlineData("""[1,"b",null]""", "1\nb\n<null>", "1\nb\n<null>")]
    [InlineData("[{}]", "<list>", "[{}]")]
    [InlineData("""{"$date":1719820805000}""", "2024-07-01T08:00:05+00:00", "2024-07-01T08:00:05+00:00")]
    public void In_tables_and_csv(string json, string table, string csv)
    {
        Assert.Equal(table, ValueText.ForTable(JsonNode.Parse(json)));
        Assert.Equal(csv, ValueText.ForCsv(JsonNode.Parse(json)));
    }

    [Fact]
    public void A_row_grows_with_its_lines_and_says_what_it_does_not_have() => Assert.Equal(
        """
        +----+-------------+---+
        | a  | b           | c |
        +----+-------------+---+
        | 1  | <undefined> | 4 |
        | 22 |             |   |
        | 3  | x           | 5 |
        +----+-------------+---+
        """,
        OutputMode.Table.Format(JsonNode.Parse("""[{"a":"1\n22","c":4},{"a":3,"b":"x","c":5}]""")));

    [Fact]
    public void A_single_object_stands_upright()
    {
        Assert.Equal(
            """
            +-------+--------+
            |  name | test   |
            | attrs | <dict> |
            +-------+--------+
            """,
            OutputMode.Table.Format(JsonNode.Parse("""{"name":"test","attrs":{}}""")));
        Assert.Equal("name,attrs\r\ntest,{}\r\n", OutputMode.Named("csv").Format(JsonNode.Parse("""{"name":"test","attrs":{}}""")));
        Assert.Equal("(empty object)", OutputMode.Table.Format(new JsonObject()));
    }
}
