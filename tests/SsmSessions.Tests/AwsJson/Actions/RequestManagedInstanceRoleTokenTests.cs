using System.Net;
using System.Text.Json;
using SsmSessions.Core.Identity;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class RequestManagedInstanceRoleTokenTests
{
    private const string Request = $$"""{"Fingerprint":"{{Agent.Fingerprint}}"}""";

    [Fact]
    public async Task All_five_members_are_there()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);

        var (status, body) = await agent.CallWithKeyAsync("RequestManagedInstanceRoleToken", Request);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Matches(
            """^\{"AccessKeyId":"ASIA[A-Z2-7]{16}","SecretAccessKey":"[A-Za-z0-9+/]{40}","SessionToken":"[^"]+","TokenExpirationDate":[0-9.]+E9,"UpdateKeyPair":false\}$""", body);
        using var answer = JsonDocument.Parse(body);
        var lasts = answer.RootElement.GetProperty("TokenExpirationDate").GetDouble() - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(lasts, 3_500, 3_601);
    }

    [Fact]
    public async Task The_credentials_are_those_of_the_role()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);
        var role = await agent.RequestRoleAsync();

        Assert.Equal((HttpStatusCode.OK, "{}"), await agent.CallAsync(role, "UpdateInstanceInformation", $$"""{"InstanceId":"{{agent.Id}}"}"""));
        var (_, refused) = await agent.CallAsync(role, "StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");

        Assert.Contains($"\"Message\":\"User: arn:aws:sts::000000000000:assumed-role/Nodes/{agent.Id} is not authorized to perform: ssm:StartSession", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_machine_does_not_get_them()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"MachineFingerprintDoesNotMatch","message":"Fingerprint does not match"}"""),
            await agent.CallWithKeyAsync("RequestManagedInstanceRoleToken", """{"Fingerprint":"other"}"""));
    }

    [Fact]
    public async Task Who_is_no_node_does_not_get_them()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"AccessDeniedException","Message":"User: arn:aws:iam::000000000000:user/test is not authorized to perform: ssm:RequestManagedInstanceRoleToken on resource: arn:aws:ssm:us-east-1:000000000000:* because no identity-based policy allows the ssm:RequestManagedInstanceRoleToken action"}"""),
            await server.CallAsync("RequestManagedInstanceRoleToken", Request));
    }

    [Fact]
    public async Task A_node_of_EC2_gets_the_default_role_where_there_is_one()
    {
        const string Id = "i-00000000000000001";
        await using var server = await TestServer.StartAsync();
        var agent = new Agent(server) { Id = Id };
        await server.CallAsync("RegisterManagedInstance", $$"""{"Fingerprint":"{{Id}}","PublicKey":"{{Agent.PublicKeyOf(agent.Key)}}","PublicKeyType":"Rsa"}""");
        var request = $$"""{"Fingerprint":"{{Id}}"}""";

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"AccessDeniedException","Message":"Systems Manager's instance management role is not configured for account: 000000000000"}"""),
            await agent.CallWithKeyAsync("RequestManagedInstanceRoleToken", request));
        await server.CallAsync(
            "UpdateServiceSetting",
            """{"SettingId":"/ssm/managed-instance/default-ec2-instance-management-role","SettingValue":"service-role/Default"}""");
        var (status, body) = await agent.CallWithKeyAsync("RequestManagedInstanceRoleToken", request);

        Assert.Equal(HttpStatusCode.OK, status);
        using var answer = JsonDocument.Parse(body);
        var pinged = await agent.CallAsync(Credentials.Read(answer.RootElement), "UpdateInstanceInformation", $$"""{"InstanceId":"{{Id}}"}""");
        Assert.Equal((HttpStatusCode.OK, "{}"), pinged);
    }

    [Fact]
    public async Task A_node_needs_no_credentials_file_entry()
    {
        await using var server = await TestServer.StartAsync(
            configure: options => options.Credentials = CredentialsFile.Parse("""{"accounts":{"111122223333":{"users":[{"name":"alice","accessKeyId":"AKIDALICE","secretAccessKey":"secret"}]}}}"""u8.ToArray(), "test"));
        var agent = new Agent(server);
        var (_, body) = await agent.CallAsync(new Credentials("AKIDALICE", "secret", null), "CreateActivation", """{"IamRole":"Nodes"}""");
        using var activation = JsonDocument.Parse(body);

        var (_, registered) = await agent.RegisterAsync(
            (activation.RootElement.GetProperty("ActivationId").GetString()!, activation.RootElement.GetProperty("ActivationCode").GetString()!));
        agent.Id = registered[15..^2];
        var pinged = await agent.CallAsync(await agent.RequestRoleAsync(), "UpdateInstanceInformation", $$"""{"InstanceId":"{{agent.Id}}"}""");

        Assert.Equal((HttpStatusCode.OK, "{}"), pinged);
    }
}
