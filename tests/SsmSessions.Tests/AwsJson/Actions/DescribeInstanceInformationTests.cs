using System.Net;
using System.Text.Json;
using SsmSessions.Core.Hosts;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class DescribeInstanceInformationTests
{
    private const string Lost = "i-00000000000000001";
    private const string Mine = "i-00000000000000002";

    [Fact]
    public async Task The_nodes_of_a_host_are_listed_and_its_wildcard_is_not()
    {
        await using var server = await TestServer.StartAsync(
            new ManualTimeProvider(),
            configure: options =>
            {
                options.Nodes.Add(new HostedNode("mi-0123456789abcdef0", NodeKind.Echo));
                options.Nodes.Add(new HostedNode("ecs:cluster_0123456789abcdef0_0123456789abcdef0-1", NodeKind.Echo));
                options.Nodes.Add(new HostedNode(HostedNode.Any, NodeKind.Echo));
                options.Nodes.Add(new HostedNode("i-0123456789abcdef9", NodeKind.Echo, "111122223333/us-east-1"));
            });

        var answer = await server.CallAsync("DescribeInstanceInformation", "{}");

        Assert.Equal(
            (HttpStatusCode.OK, $$"""{"InstanceInformationList":[{{Carried("i-0123456789abcdef0", "EC2Instance", "AWS::EC2::Instance")}},{{Carried("mi-0123456789abcdef0", "ManagedInstance", "AWS::SSM::ManagedInstance")}}]}"""),
            answer);
    }

    [Fact]
    public async Task A_ping_from_EC2_makes_a_node_known()
    {
        await using var server = await TestServer.StartAsync(new ManualTimeProvider());
        await server.CallAsync(
            "UpdateInstanceInformation",
            $$"""{"InstanceId":"{{Mine}}","AgentName":"amazon-ssm-agent","AgentVersion":"3.3.1.0","PlatformType":"Linux","ComputerName":"db","IPAddress":"10.0.0.9"}""");

        var answer = await ListAsync(server, $$"""[{"Key":"InstanceIds","Values":["{{Mine}}"]}]""");

        Assert.Equal(
            (HttpStatusCode.OK, $$"""{"InstanceInformationList":[{"AgentVersion":"3.3.1.0","ComputerName":"db","IPAddress":"10.0.0.9","InstanceId":"{{Mine}}","IsLatestVersion":false,"LastPingDateTime":1.7673552E9,"PingStatus":"Online","PlatformType":"Linux","ResourceType":"EC2Instance","SourceId":"{{Mine}}","SourceType":"AWS::EC2::Instance"}]}"""),
            answer);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gaps_and_the_last_has_no_token()
    {
        await using var server = await TestServer.StartAsync();
        string[] expected = [.. Enumerable.Range(0, 12).Select(n => $"i-000000000000000{n:x2}"), TestServer.Node];
        foreach (var id in expected.SkipLast(1).Reverse())
            await server.CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"{{id}}"}""");

        var seen = new List<string>();
        var sizes = new List<int>();
        for (string? token = ""; token is not null;)
        {
            var (_, body) = await server.CallAsync(
                "DescribeInstanceInformation", token.Length == 0 ? """{"MaxResults":5}""" : $$"""{"MaxResults":5,"NextToken":"{{token}}"}""");
            using var page = JsonDocument.Parse(body);
            var ids = IdsOf(page);
            seen.AddRange(ids);
            sizes.Add(ids.Length);
            token = page.RootElement.TryGetProperty("NextToken", out var next) ? next.GetString() : null;
        }

        Assert.Equal(expected, seen);
        Assert.Equal([5, 5, 3], sizes);
    }

    [Fact]
    public async Task A_page_has_ten_nodes_where_nothing_is_asked_for()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 10; i++)
            await server.CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"i-0000000000000000{{i}}"}""");

        using var page = JsonDocument.Parse((await server.CallAsync("DescribeInstanceInformation", "{}")).Body);

        Assert.Equal(10, IdsOf(page).Length);
        Assert.True(page.RootElement.TryGetProperty("NextToken", out _));
    }

    [Fact]
    public async Task A_token_of_another_list_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 6; i++)
            await server.CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"i-0000000000000000{{i}}"}""");
        using var page = JsonDocument.Parse((await server.CallAsync("DescribeInstanceInformation", """{"MaxResults":5}""")).Body);
        var token = page.RootElement.GetProperty("NextToken").GetString();
        var invalid = (HttpStatusCode.BadRequest, """{"__type":"InvalidNextToken","Message":"The specified token is not valid."}""");

        Assert.Equal(invalid, await server.CallAsync("DescribeInstanceInformation", $$"""{"NextToken":"{{token}}"}""", region: "eu-west-1"));
        Assert.Equal(invalid, await server.CallAsync("DescribeInstanceProperties", $$"""{"NextToken":"{{token}}"}"""));
        Assert.Equal(
            invalid,
            await server.CallAsync("DescribeInstanceInformation", $$"""{"NextToken":"{{token}}","Filters":[{"Key":"PingStatus","Values":["Online"]}]}"""));
        Assert.Equal(invalid, await server.CallAsync("DescribeInstanceInformation", """{"NextToken":"nonsense"}"""));
        Assert.Equal(HttpStatusCode.OK, (await server.CallAsync("DescribeInstanceInformation", $$"""{"NextToken":"{{token}}"}""")).Status);
    }

    [Theory]
    [InlineData("""[{"Key":"PingStatus","Values":["ConnectionLost"]}]""", Lost)]
    [InlineData("""[{"Key":"PlatformTypes","Values":["Windows"]}]""", Lost)]
    [InlineData("""[{"Key":"AgentVersion","Values":["3.3.1.0","9.9.9.9"]},{"Key":"ResourceType","Values":["EC2Instance"]}]""", Lost)]
    [InlineData("""[{"Key":"ResourceType","Values":["ManagedInstance"]}]""", "mi-")]
    [InlineData("""[{"Key":"IamRole","Values":["service-role/Nodes"]}]""", "mi-")]
    [InlineData("""[{"Key":"SourceTypes","Values":["AWS::SSM::ManagedInstance"]}]""", "mi-")]
    [InlineData("""[{"Key":"SourceIds","Values":["i-00000000000000001"]}]""", Lost)]
    [InlineData("""[{"Key":"InstanceIds","Values":["i-00000000000000001","i-0000000000000000f"]}]""", Lost)]
    [InlineData("""[{"Key":"InstanceIds","Values":["i-00000000000000001"]},{"Key":"InstanceIds","Values":["i-0123456789abcdef0"]}]""", "")]
    [InlineData("""[{"Key":"AssociationStatus","Values":["Success"]}]""", "")]
    [InlineData("""[{"Key":"tag:team","Values":["blue","red"]}]""", "mi-")]
    [InlineData("""[{"Key":"tag:team","Values":["red"]}]""", "")]
    [InlineData("""[{"Key":"tag-key","Values":["team"]},{"Key":"tag:stage","Values":["test"]}]""", "mi-")]
    public async Task Filters_must_all_hold_with_any_of_their_values(string filters, string expected)
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time);
        await server.CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"{{Lost}}","AgentVersion":"3.3.1.0","PlatformType":"Windows"}""");
        time.Advance(TimeSpan.FromMinutes(13));
        var agent = await Agent.RegisteredAsync(
            server, """{"IamRole":"service-role/Nodes","Tags":[{"Key":"team","Value":"blue"},{"Key":"stage","Value":"test"}]}""");
        await server.CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"{{agent.Id}}","AgentVersion":"3.3.2.0"}""");

        using var page = JsonDocument.Parse((await ListAsync(server, filters)).Body);

        Assert.Equal(expected switch { "" => [], "mi-" => [agent.Id], _ => [expected] }, IdsOf(page));
    }

    [Fact]
    public async Task The_older_list_of_filters_does_the_same()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);

        var (_, body) = await server.CallAsync(
            "DescribeInstanceInformation", """{"InstanceInformationFilterList":[{"key":"IamRole","valueSet":["service-role/Nodes"]}],"Filters":[]}""");

        using var page = JsonDocument.Parse(body);
        Assert.Equal([agent.Id], IdsOf(page));
    }

    [Theory]
    [InlineData("""[{"Key":"Nonsense","Values":["x"]}]""", """{"__type":"InvalidFilterKey"}""")]
    [InlineData("""[{"Key":"PlatformType","Values":["Linux"]}]""", """{"__type":"InvalidFilterKey"}""")]
    [InlineData("""[{"Key":"DocumentName","Values":["x"]}]""", """{"__type":"InvalidFilterKey"}""")]
    [InlineData("""[{"Key":"InstanceIds","Values":["i-1"]}]""", """{"__type":"InvalidInstanceId","Message":"The instance id i-1 is not valid."}""")]
    [InlineData(
        """[{"Key":"ResourceType","Values":["EC2Instance","ManagedInstance"]}]""",
        """{"__type":"InvalidInstanceInformationFilterValue","message":"ResourceType filter may contain only one value."}""")]
    [InlineData(
        """[{"Key":"ResourceType","Values":["Ec2Instance"]}]""",
        """{"__type":"InvalidInstanceInformationFilterValue","message":"ResourceType filter is invalid, valid values are EC2Instance, ManagedInstance"}""")]
    [InlineData(
        """[{"Key":"PingStatus","Values":["online"]}]""",
        """{"__type":"InvalidInstanceInformationFilterValue","message":"PingStatus filter is invalid, valid values are Online, ConnectionLost, Inactive"}""")]
    [InlineData(
        """[{"Key":"tag-key","Values":["a"]},{"Key":"IamRole","Values":["b"]}]""",
        """{"__type":"ValidationException","message":"Tag filters cannot be combined with other filters."}""")]
    public async Task A_wrong_filter_is_refused(string filters, string expected)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal((HttpStatusCode.BadRequest, expected), await ListAsync(server, filters));
    }

    [Fact]
    public async Task Both_lists_of_filters_at_once_are_refused()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.CallAsync(
            "DescribeInstanceInformation",
            """{"InstanceInformationFilterList":[{"key":"IamRole","valueSet":["a"]}],"Filters":[{"Key":"IamRole","Values":["a"]}]}""");

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"Filters and InstanceInformationFilterList cannot be used together."}"""),
            answer);
    }

    [Fact]
    public async Task Constraints_are_named()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.CallAsync(
            "DescribeInstanceInformation",
            """{"InstanceInformationFilterList":[{"key":"Name","valueSet":[]}],"Filters":[{"Key":"","Values":[""]},{"Key":"a"}],"MaxResults":51}""");

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"6 validation errors detected: Value 'Name' at 'instanceInformationFilterList.1.member.key' failed to satisfy constraint: Member must satisfy enum value set: [InstanceIds, AgentVersion, PingStatus, PlatformTypes, ActivationIds, IamRole, ResourceType, AssociationStatus]; Value '[]' at 'instanceInformationFilterList.1.member.valueSet' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'filters.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '[]' at 'filters.1.member.values' failed to satisfy constraint: Member must satisfy constraint: [Member must have length greater than or equal to 1]; Value null at 'filters.2.member.values' failed to satisfy constraint: Member must not be null; Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50"}"""),
            answer);
    }

    private static Task<(HttpStatusCode Status, string Body)> ListAsync(TestServer server, string filters) =>
        server.CallAsync("DescribeInstanceInformation", $$"""{"Filters":{{filters}}}""");

    private static string[] IdsOf(JsonDocument page) =>
        [.. page.RootElement.GetProperty("InstanceInformationList").EnumerateArray().Select(node => node.GetProperty("InstanceId").GetString()!)];

    private static string Carried(string id, string resourceType, string sourceType)
    {
        var machine = HostMachine.Current;
        var address = machine.IPAddress is null ? "" : $"\"IPAddress\":\"{machine.IPAddress}\",";
        return $$"""
            {"AgentVersion":"3.3.987.0","ComputerName":"{{machine.ComputerName}}",{{address}}"InstanceId":"{{id}}","IsLatestVersion":true,"LastPingDateTime":1.7673552E9,"PingStatus":"Online","PlatformName":"{{machine.PlatformName}}","PlatformType":"{{machine.PlatformType}}","PlatformVersion":"{{machine.PlatformVersion}}","ResourceType":"{{resourceType}}","SourceId":"{{id}}","SourceType":"{{sourceType}}"}
            """;
    }
}
