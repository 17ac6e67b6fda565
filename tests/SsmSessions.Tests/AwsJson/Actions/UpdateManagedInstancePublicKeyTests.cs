using System.Net;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class UpdateManagedInstancePublicKeyTests
{
    [Fact]
    public async Task The_present_key_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);

        Assert.Equal(
            (HttpStatusCode.BadRequest, $$"""{"__type":"PublicKeyAlreadyRegistered","Message":"The public key is already registered for {{agent.Id}}."}"""),
            await agent.CallWithKeyAsync(
                "UpdateManagedInstancePublicKey", $$"""{"NewPublicKey":"{{Agent.PublicKeyOf(agent.Key)}}","NewPublicKeyType":"Rsa"}"""));
    }

    [Fact]
    public async Task What_is_no_key_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"InvalidPublicKey","Message":"The public key is not valid base64."}"""),
            await agent.CallWithKeyAsync(
                "UpdateManagedInstancePublicKey", $$"""{"NewPublicKey":"{{new string('-', 392)}}","NewPublicKeyType":"Rsa"}"""));
    }

    [Fact]
    public async Task Credentials_of_the_role_do_not_change_the_key()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);

        var (status, body) = await agent.CallAsync(
            await agent.RequestRoleAsync(),
            "UpdateManagedInstancePublicKey",
            $$"""{"NewPublicKey":"{{Agent.PublicKeyOf(agent.Key)}}","NewPublicKeyType":"Rsa"}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("""{"__type":"AccessDeniedException",""", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_and_type_are_needed()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"2 validation errors detected: Value null at 'newPublicKey' failed to satisfy constraint: Member must not be null; Value null at 'newPublicKeyType' failed to satisfy constraint: Member must not be null"}"""),
            await server.CallAsync("UpdateManagedInstancePublicKey", "{}"));
    }
}
