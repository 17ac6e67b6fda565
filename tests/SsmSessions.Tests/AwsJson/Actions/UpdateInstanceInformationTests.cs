using System.Net;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class UpdateInstanceInformationTests
{
    [Fact]
    public async Task A_short_ping_erases_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);
        var role = await agent.RequestRoleAsync();
        await agent.CallAsync(
            role,
            "UpdateInstanceInformation",
            $$"""{"InstanceId":"{{agent.Id}}","AgentVersion":"3.3.1.0","ComputerName":"web","IPAddress":"10.0.0.7","PlatformName":"Debian","PlatformVersion":"12","AvailabilityZone":""}""");

        await agent.CallAsync(
            role,
            "UpdateInstanceInformation",
            $$"""{"InstanceId":"{{agent.Id}}","AgentName":"amazon-ssm-agent","AgentVersion":"3.3.2.0","PlatformType":"Linux"}""");
        var (_, listed) = await server.CallAsync("DescribeInstanceInformation", """{"Filters":[{"Key":"ResourceType","Values":["ManagedInstance"]}]}""");

        Assert.Contains("""
            "AgentVersion":"3.3.2.0","ComputerName":"web","IPAddress":"10.0.0.7"
            """, listed, StringComparison.Ordinal);
        Assert.Contains("""
            "PlatformName":"Debian","PlatformType":"Linux","PlatformVersion":"12"
            """, listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_speaks_for_itself_only()
    {
        await using var server = await TestServer.StartAsync();
        var (one, other) = (await Agent.RegisteredAsync(server), await Agent.RegisteredAsync(server));

        var answer = await one.CallAsync(await one.RequestRoleAsync(), "UpdateInstanceInformation", $$"""{"InstanceId":"{{other.Id}}"}""");

        Assert.Equal(
            (HttpStatusCode.BadRequest, $$"""{"__type":"AccessDeniedException","Message":"User: arn:aws:sts::000000000000:assumed-role/Nodes/{{one.Id}} is not authorized to perform: ssm:UpdateInstanceInformation on resource: arn:aws:ssm:us-east-1:000000000000:managed-instance/{{other.Id}} because no identity-based policy allows the ssm:UpdateInstanceInformation action"}"""),
            answer);
    }

    [Theory]
    [InlineData("""{"InstanceId":"mi-0123456789abcdef0"}""", """{"__type":"InvalidInstanceId","Message":"Not existing InstanceId mi-0123456789abcdef0"}""")]
    [InlineData("""{"InstanceId":"my-laptop-7"}""", """{"__type":"InvalidInstanceId","Message":"Not existing InstanceId my-laptop-7"}""")]
    [InlineData(
        """{"InstanceId":"i-0123456789abcdef1","AgentVersion":"three"}""",
        """{"__type":"InvalidInstanceInformationValue","message":"The value of AgentVersion is not valid."}""")]
    [InlineData(
        """{"InstanceId":"i-1","AgentName":"","AgentVersion":"3.3","PlatformType":"linux"}""",
        """{"__type":"ValidationException","message":"4 validation errors detected: Value 'i-1' at 'instanceId' failed to satisfy constraint: Member must have length greater than or equal to 10; Value '' at 'agentName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '3.3' at 'agentVersion' failed to satisfy constraint: Member must have length greater than or equal to 5; Value 'linux' at 'platformType' failed to satisfy constraint: Member must satisfy enum value set: [Windows, Linux, MacOS]"}""")]
    public async Task A_wrong_ping_is_refused(string request, string expected)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal((HttpStatusCode.BadRequest, expected), await server.CallAsync("UpdateInstanceInformation", request));
    }

    [Fact]
    public async Task What_no_list_could_show_is_refused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"InvalidInstanceInformationValue","message":"The value of ComputerName is not valid."}"""),
            await server.CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"i-0123456789abcdef1","ComputerName":"{{new string('x', 256)}}"}"""));
    }
}
