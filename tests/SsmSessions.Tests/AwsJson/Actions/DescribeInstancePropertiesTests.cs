using System.Net;
using System.Text.Json;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class DescribeInstancePropertiesTests
{
    private const string Older = "i-00000000000000001";

    [Fact]
    public async Task A_node_shows_the_same_as_in_its_information()
    {
        await using var server = await TestServer.StartAsync(new ManualTimeProvider());
        await server.CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"{{Older}}","AgentVersion":"3.2.9.0","PlatformName":"Ubuntu"}""");

        var answer = await server.CallAsync(
            "DescribeInstanceProperties", $$"""{"InstancePropertyFilterList":[{"key":"InstanceIds","valueSet":["{{Older}}"]}]}""");

        Assert.Equal(
            (HttpStatusCode.OK, $$"""{"InstanceProperties":[{"AgentVersion":"3.2.9.0","InstanceId":"{{Older}}","IsLatestVersion":false,"LastPingDateTime":1.7673552E9,"PingStatus":"Online","PlatformName":"Ubuntu","ResourceType":"EC2Instance","SourceId":"{{Older}}","SourceType":"AWS::EC2::Instance"}]}"""),
            answer);
    }

    [Theory]
    [InlineData("""{"Key":"AgentVersion","Values":["3.2.10.0"],"Operator":"LessThan"}""", Older)]
    [InlineData("""{"Key":"AgentVersion","Values":["3.2.10.0"],"Operator":"GreaterThan"}""", "i-0123456789abcdef0 mi-")]
    [InlineData("""{"Key":"AgentVersion","Values":["3.3."],"Operator":"BeginWith"}""", "i-0123456789abcdef0 mi-")]
    [InlineData("""{"Key":"InstanceIds","Values":["i-00000000000000001"],"Operator":"NotEqual"}""", "i-0123456789abcdef0 mi-")]
    [InlineData("""{"Key":"tag:team","Values":["blue"]}""", "mi-")]
    [InlineData("""{"Key":"tag:team","Values":["blue"],"Operator":"NotEqual"}""", "i-00000000000000001 i-0123456789abcdef0")]
    [InlineData("""{"Key":"tag-key","Values":["te"],"Operator":"BeginWith"},{"Key":"IamRole","Values":["Nodes"],"Operator":"Equal"}""", "mi-")]
    [InlineData("""{"Key":"DocumentName","Values":["AWS-RunShellScript"]}""", "")]
    public async Task Filters_compare_with_an_operator(string filters, string expected)
    {
        await using var server = await TestServer.StartAsync();
        await server.CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"{{Older}}","AgentVersion":"3.2.9.0"}""");
        var agent = await Agent.RegisteredAsync(server, """{"IamRole":"Nodes","Tags":[{"Key":"team","Value":"blue"}]}""");
        await server.CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"{{agent.Id}}","AgentVersion":"3.3.2.0"}""");

        var (_, body) = await server.CallAsync("DescribeInstanceProperties", $$"""{"FiltersWithOperator":[{{filters}}]}""");

        using var page = JsonDocument.Parse(body);
        var ids = page.RootElement.GetProperty("InstanceProperties").EnumerateArray().Select(node => node.GetProperty("InstanceId").GetString());
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => id == "mi-" ? agent.Id : id), ids);
    }

    [Theory]
    [InlineData("""{"FiltersWithOperator":[{"Key":"Nonsense","Values":["x"]}]}""", """{"__type":"InvalidFilterKey"}""")]
    [InlineData(
        """{"InstancePropertyFilterList":[{"key":"ActivationIds","valueSet":["x"]}]}""",
        """{"__type":"InvalidActivationId","Message":"The activation id x is not valid."}""")]
    [InlineData(
        """{"InstancePropertyFilterList":[{"key":"InstanceIds","valueSet":["x"]}]}""",
        """{"__type":"InvalidInstanceId","Message":"The instance id x is not valid."}""")]
    [InlineData(
        """{"InstancePropertyFilterList":[{"key":"ResourceType","valueSet":["x"]}]}""",
        """{"__type":"InvalidInstancePropertyFilterValue","message":"ResourceType filter is invalid, valid values are EC2Instance, ManagedInstance"}""")]
    [InlineData(
        """{"InstancePropertyFilterList":[],"FiltersWithOperator":[{"Key":"AgentVersion","Values":["3"],"Operator":"Like"}],"MaxResults":4}""",
        """{"__type":"ValidationException","message":"3 validation errors detected: Value '[]' at 'instancePropertyFilterList' failed to satisfy constraint: Member must have length greater than or equal to 1; Value 'Like' at 'filtersWithOperator.1.member.operator' failed to satisfy constraint: Member must satisfy enum value set: [Equal, NotEqual, BeginWith, LessThan, GreaterThan]; Value '4' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 5"}""")]
    public async Task A_wrong_filter_is_refused(string request, string expected)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal((HttpStatusCode.BadRequest, expected), await server.CallAsync("DescribeInstanceProperties", request));
    }
}
