using System.Net;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class UpdateManagedInstanceRoleTests
{
    [Fact]
    public async Task A_node_gets_another_role()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);

        var changed = await server.CallAsync("UpdateManagedInstanceRole", $$"""{"InstanceId":"{{agent.Id}}","IamRole":"Others"}""");
        var (_, listed) = await server.CallAsync("DescribeInstanceInformation", """{"Filters":[{"Key":"IamRole","Values":["Others"]}]}""");

        Assert.Equal((HttpStatusCode.OK, "{}"), changed);
        Assert.Contains(agent.Id, listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_node_is_refused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"InvalidInstanceId","Message":"Not existing InstanceId mi-0123456789abcdef0"}"""),
            await server.CallAsync("UpdateManagedInstanceRole", """{"InstanceId":"mi-0123456789abcdef0","IamRole":"Others"}"""));
    }

    [Fact]
    public async Task A_role_is_needed()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"1 validation error detected: Value null at 'iamRole' failed to satisfy constraint: Member must not be null"}"""),
            await server.CallAsync("UpdateManagedInstanceRole", """{"InstanceId":"mi-0123456789abcdef0"}"""));
    }
}
