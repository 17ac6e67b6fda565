using System.Net;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class DeregisterManagedInstanceTests
{
    [Fact]
    public async Task An_unknown_node_is_refused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"InvalidInstanceId","Message":"Not existing InstanceId mi-0123456789abcdef0"}"""),
            await server.CallAsync("DeregisterManagedInstance", """{"InstanceId":"mi-0123456789abcdef0"}"""));
        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"InvalidInstanceId","Message":"Not existing InstanceId eks_c:cluster_0123456789abcdef0"}"""),
            await server.CallAsync("DeregisterManagedInstance", """{"InstanceId":"eks_c:cluster_0123456789abcdef0"}"""));
    }

    [Fact]
    public async Task A_node_of_EC2_is_refused_by_its_length()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"2 validation errors detected: Value 'i-0123456789abcdef0' at 'instanceId' failed to satisfy constraint: Member must have length greater than or equal to 20; Value 'i-0123456789abcdef0' at 'instanceId' failed to satisfy constraint: Member must satisfy regular expression pattern: (^mi-[0-9a-f]{17}$)|(^eks_c:[0-9A-Za-z][A-Za-z0-9\\-_]{0,99}_\\w{17}$)"}"""),
            await server.CallAsync("DeregisterManagedInstance", """{"InstanceId":"i-0123456789abcdef0"}"""));
    }
}
