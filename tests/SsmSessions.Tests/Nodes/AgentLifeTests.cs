using System.Net;
using System.Security.Cryptography;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Nodes;

/// <summary>A node's life as its agent and its owner see it on the wire.</summary>
public sealed class AgentLifeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_node_registers_pings_is_listed_and_goes()
    {
        await using var server = await TestServer.StartAsync(new ManualTimeProvider(Start));
        var activation = await Agent.ActivateAsync(
            server, """{"IamRole":"service-role/Nodes","DefaultInstanceName":"web","Tags":[{"Key":"team","Value":"blue"}]}""");
        var agent = new Agent(server);

        var (status, registered) = await agent.RegisterAsync(activation);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Matches("""^\{"InstanceId":"mi-[0-9a-f]{17}"\}$""", registered);
        agent.Id = registered[15..^2];

        var role = await agent.RequestRoleAsync();
        Assert.StartsWith("ASIA", role.AccessKeyId, StringComparison.Ordinal);
        var pinged = await agent.CallAsync(
            role,
            "UpdateInstanceInformation",
            $$"""
            {"InstanceId":"{{agent.Id}}","AgentName":"amazon-ssm-agent","AgentStatus":"Active","AgentVersion":"3.3.987.0","ComputerName":"web-1",
             "IPAddress":"10.0.0.7","PlatformName":"Debian GNU/Linux","PlatformVersion":"12","PlatformType":"Linux","SSMConnectionChannel":"ssmmessages"}
            """);
        Assert.Equal((HttpStatusCode.OK, "{}"), pinged);

        var listed = await ListAsync(server, agent);
        Assert.Equal(
            $$"""
            {"InstanceInformationList":[{"ActivationId":"{{activation.Id}}","AgentVersion":"3.3.987.0","ComputerName":"web-1","IPAddress":"10.0.0.7","IamRole":"service-role/Nodes","InstanceId":"{{agent.Id}}","IsLatestVersion":true,"LastPingDateTime":1.7673552E9,"Name":"web","PingStatus":"Online","PlatformName":"Debian GNU/Linux","PlatformType":"Linux","PlatformVersion":"12","RegistrationDate":1.7673552E9,"ResourceType":"ManagedInstance","SourceId":"{{agent.Id}}","SourceType":"AWS::SSM::ManagedInstance"}]}
            """,
            listed);
        Assert.Equal(
            (HttpStatusCode.OK, """{"TagList":[{"Key":"team","Value":"blue"}]}"""),
            await server.CallAsync("ListTagsForResource", $$"""{"ResourceType":"ManagedInstance","ResourceId":"{{agent.Id}}"}"""));
        Assert.Equal(
            (HttpStatusCode.OK, $$"""{"Status":"notconnected","Target":"{{agent.Id}}"}"""),
            await server.CallAsync("GetConnectionStatus", $$"""{"Target":"{{agent.Id}}"}"""));

        Assert.Equal((HttpStatusCode.OK, "{}"), await server.CallAsync("DeregisterManagedInstance", $$"""{"InstanceId":"{{agent.Id}}"}"""));
        Assert.Equal("""{"InstanceInformationList":[]}""", await ListAsync(server, agent));
        var gone = (HttpStatusCode.BadRequest, $$"""{"__type":"InvalidInstanceId","Message":"Not existing InstanceId {{agent.Id}}"}""");
        Assert.Equal(gone, await agent.CallWithKeyAsync("RequestManagedInstanceRoleToken", $$"""{"Fingerprint":"{{Agent.Fingerprint}}"}"""));
        Assert.Equal(gone, await agent.CallAsync(role, "UpdateInstanceInformation", $$"""{"InstanceId":"{{agent.Id}}"}"""));
        Assert.Equal(gone, await server.CallAsync("DeregisterManagedInstance", $$"""{"InstanceId":"{{agent.Id}}"}"""));
        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"InvalidResourceId"}"""),
            await server.CallAsync("ListTagsForResource", $$"""{"ResourceType":"ManagedInstance","ResourceId":"{{agent.Id}}"}"""));
    }

    [Fact]
    public async Task A_node_belongs_to_the_tenant_of_its_activation_and_to_no_other()
    {
        await using var server = await TestServer.StartAsync();
        var activation = await Agent.ActivateAsync(server, """{"IamRole":"Nodes"}""", account: "111122223333");
        var agent = new Agent(server);
        agent.Id = (await agent.RegisterAsync(activation)).Body[15..^2];
        await agent.RequestRoleAsync();

        var filter = $$"""{"Filters":[{"Key":"InstanceIds","Values":["{{agent.Id}}"]}]}""";
        Assert.Contains(agent.Id, (await server.CallAsync("DescribeInstanceInformation", filter, "111122223333")).Body, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, """{"InstanceInformationList":[]}"""), await server.CallAsync("DescribeInstanceInformation", filter));
        Assert.Equal(
            (HttpStatusCode.OK, """{"InstanceInformationList":[]}"""),
            await server.CallAsync("DescribeInstanceInformation", filter, "111122223333", region: "eu-west-1"));
    }

    [Fact]
    public async Task A_node_that_pings_no_more_is_lost_after_twelve_minutes()
    {
        var time = new ManualTimeProvider(Start);
        await using var server = await TestServer.StartAsync(time);
        var agent = await Agent.RegisteredAsync(server);
        Assert.Contains("\"PingStatus\":\"ConnectionLost\"", await ListAsync(server, agent), StringComparison.Ordinal);

        await server.CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"{{agent.Id}}","AgentVersion":"3.3.1.0"}""");
        time.Advance(TimeSpan.FromMinutes(12));
        Assert.Contains("\"PingStatus\":\"Online\"", await ListAsync(server, agent), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(1));
        var lost = await ListAsync(server, agent);

        Assert.Contains("\"PingStatus\":\"ConnectionLost\"", lost, StringComparison.Ordinal);
        Assert.Contains("\"LastPingDateTime\":1.7673552E9", lost, StringComparison.Ordinal);
        Assert.Contains("\"IsLatestVersion\":false", lost, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_signs_with_its_new_key_once_it_has_changed_it()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);
        var former = agent.Key;
        var key = RSA.Create(2_048);

        var changed = await agent.CallWithKeyAsync(
            "UpdateManagedInstancePublicKey", $$"""{"NewPublicKey":"{{Agent.PublicKeyOf(key)}}","NewPublicKeyType":"Rsa"}""");
        Assert.Equal((HttpStatusCode.OK, "{}"), changed);
        var (withFormer, body) = await agent.CallWithKeyAsync("RequestManagedInstanceRoleToken", $$"""{"Fingerprint":"{{Agent.Fingerprint}}"}""");
        Assert.Equal(HttpStatusCode.BadRequest, withFormer);
        Assert.Contains("InvalidSignatureException", body, StringComparison.Ordinal);
        agent.Key = key;
        await agent.RequestRoleAsync();
        former.Dispose();
    }

    [Fact]
    public async Task A_node_is_no_way_to_others()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);
        var role = await agent.RequestRoleAsync();
        var request = $$"""{"Target":"{{TestServer.Node}}"}""";

        Assert.Equal(
            (HttpStatusCode.BadRequest, Denied($"arn:aws:ssm:us-east-1:000000000000:managed-instance/{agent.Id}")),
            await agent.CallWithKeyAsync("StartSession", request));
        Assert.Equal(
            (HttpStatusCode.BadRequest, Denied($"arn:aws:sts::000000000000:assumed-role/Nodes/{agent.Id}")),
            await agent.CallAsync(role, "StartSession", request));

        static string Denied(string caller) =>
            $$"""{"__type":"AccessDeniedException","Message":"User: {{caller}} is not authorized to perform: ssm:StartSession on resource: arn:aws:ssm:us-east-1:000000000000:* because no identity-based policy allows the ssm:StartSession action"}""";
    }

    private static async Task<string> ListAsync(TestServer server, Agent agent) =>
        (await server.CallAsync("DescribeInstanceInformation", $$"""{"Filters":[{"Key":"InstanceIds","Values":["{{agent.Id}}"]}]}""")).Body;
}
