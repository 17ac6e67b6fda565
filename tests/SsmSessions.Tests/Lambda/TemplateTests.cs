using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2.Model;
using SsmSessions.Storage.DynamoDb;
using YamlDotNet.RepresentationModel;

namespace SsmSessions.Tests.Lambda;

/// <summary>The table that CloudFormation makes is the table that the code makes.</summary>
public sealed class TemplateTests
{
    private readonly YamlMappingNode _table = (YamlMappingNode)Resource("Table")["Properties"];
    private readonly CreateTableRequest _request = TableDefinition.ToRequest("SsmSessions");

    [Fact]
    public void The_key_is_the_same() => Assert.Equal(KeyOf(_request.KeySchema), KeyOf(_table));

    [Fact]
    public void The_attributes_are_the_same() => Assert.Equal(
        _request.AttributeDefinitions.Select(a => $"{a.AttributeName}:{a.AttributeType.Value}").Order(),
        List(_table, "AttributeDefinitions").Select(a => $"{Text(a, "AttributeName")}:{Text(a, "AttributeType")}").Order());

    [Fact]
    public void The_indexes_are_the_same() => Assert.Equal(
        _request.GlobalSecondaryIndexes.Select(i =>
            $"{i.IndexName} {KeyOf(i.KeySchema)} {i.Projection.ProjectionType.Value} {string.Join(',', i.Projection.NonKeyAttributes)}").Order(),
        List(_table, "GlobalSecondaryIndexes").Select(i =>
            $"{Text(i, "IndexName")} {KeyOf(i)} {Text(i["Projection"], "ProjectionType")} {string.Join(',', List((YamlMappingNode)i["Projection"], "NonKeyAttributes", asText: true))}").Order());

    [Fact]
    public void Capacity_and_time_to_live_are_the_same()
    {
        Assert.Equal(_request.BillingMode.Value, Text(_table, "BillingMode"));
        Assert.Equal(TableDefinition.TimeToLiveAttribute, Text(_table["TimeToLiveSpecification"], "AttributeName"));
        Assert.Equal("true", Text(_table["TimeToLiveSpecification"], "Enabled"));
    }

    [Fact]
    public void The_function_has_no_right_to_make_or_change_tables()
    {
        var function = (YamlMappingNode)Resource("Function")["Properties"];
        var actions = function["Policies"].AllNodes.OfType<YamlScalarNode>().Select(n => n.Value!).Where(v => v.StartsWith("dynamodb:", StringComparison.Ordinal));

        Assert.Equal(
            [
                "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem",
                "dynamodb:Query", "dynamodb:UpdateItem",
            ],
            actions.Order(StringComparer.Ordinal));
    }

    private static YamlMappingNode Resource(string name, [CallerFilePath] string here = "")
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "template.yaml"));
        using var reader = File.OpenText(path);
        var yaml = new YamlStream();
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode["Resources"][name];
    }

    private static string KeyOf(List<KeySchemaElement> schema) => string.Join(',', schema.Select(e => $"{e.AttributeName}:{e.KeyType.Value}"));

    private static string KeyOf(YamlNode node) =>
        string.Join(',', List((YamlMappingNode)node, "KeySchema").Select(e => $"{Text(e, "AttributeName")}:{Text(e, "KeyType")}"));

    private static IEnumerable<YamlNode> List(YamlMappingNode node, string name) => (YamlSequenceNode)node[name];

    private static IEnumerable<string> List(YamlMappingNode node, string name, bool asText) =>
        asText ? List(node, name).Select(n => ((YamlScalarNode)n).Value!) : [];

    private static string Text(YamlNode node, string name) => ((YamlScalarNode)node[name]).Value!;
}
