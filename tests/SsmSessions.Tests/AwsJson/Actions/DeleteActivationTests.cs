using System.Net;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class DeleteActivationTests
{
    [Fact]
    public async Task An_activation_goes_once_and_its_nodes_stay()
    {
        await using var server = await TestServer.StartAsync();
        var activation = await Agent.ActivateAsync(server);
        var agent = new Agent(server);
        agent.Id = (await agent.RegisterAsync(activation)).Body[15..^2];
        var request = $$"""{"ActivationId":"{{activation.Id}}"}""";

        Assert.Equal((HttpStatusCode.OK, "{}"), await server.CallAsync("DeleteActivation", request));
        Assert.Equal((HttpStatusCode.OK, """{"ActivationList":[]}"""), await server.CallAsync("DescribeActivations", "{}"));
        Assert.Equal(
            (HttpStatusCode.BadRequest, $$"""{"__type":"InvalidActivation","Message":"Activation {{activation.Id}} does not exist."}"""),
            await server.CallAsync("DeleteActivation", request));
        await agent.RequestRoleAsync();
    }

    [Fact]
    public async Task An_activation_of_another_tenant_does_not_exist()
    {
        await using var server = await TestServer.StartAsync();
        var activation = await Agent.ActivateAsync(server);

        var (status, _) = await server.CallAsync("DeleteActivation", $$"""{"ActivationId":"{{activation.Id}}"}""", "111122223333");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(HttpStatusCode.OK, (await new Agent(server).RegisterAsync(activation)).Status);
    }

    [Fact]
    public async Task An_id_has_the_form_of_a_UUID()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"1 validation error detected: Value 'x' at 'activationId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"}"""),
            await server.CallAsync("DeleteActivation", """{"ActivationId":"x"}"""));
    }
}
