using System.Text.Json;
using SsmSessions.Core.Access;
using SsmSessions.Core.Hosts;
using SsmSessions.Server.AwsJson;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.Attacks;

/// <summary>Just-in-time credentials, used for more than they are for.</summary>
public sealed class JustInTimeAttacks
{
    private const string Uncovered = "i-00000000000000001";
    private const string Denied = "^400 AccessDeniedException: User: arn:aws:iam::000000000000:user/test is not authorized to perform: ssm:";
    private const string Unknown = "400 UnrecognizedClientException: The security token included in the request is invalid.";
    private const string Differs =
        "400 InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Credentials_for_one_node()
    {
        await using var server = await StartAsync();
        var table = new AttackTable("just-in-time credentials");
        var agent = new Agent(server);
        var (request, keys) = await AskAsync(server, TestServer.Node);
        var (_, others) = await AskAsync(server, Uncovered);
        var standard = await server.StartSessionAsync(Uncovered);
        var foreign = await server.StartSessionAsync(TestServer.Node, "alice");

        var (_, started) = await agent.CallAsync(keys, "StartSession", Target(TestServer.Node));
        var own = Field(started, "SessionId");
        table.Try("a session to the approved node (must be let in)", own.Length > 0 ? "started" : started, "started");
        table.Try("a session to another node", await TryAsync(keys, "StartSession", Target(Uncovered)), Denied);
        foreach (var action in SsmActions.All.Keys.Except(["StartSession", "ResumeSession", "TerminateSession"], StringComparer.Ordinal))
            table.Try("every other action", await TryAsync(keys, action, TenantAttacks.RequestOf(action)), Denied);
        foreach (var action in (string[])["ResumeSession", "TerminateSession"])
        {
            table.Try($"{action} of another user's session", await TryAsync(keys, action, Session(foreign)), Denied);
            table.Try($"{action} of the user's own session that was not started by it", await TryAsync(keys, action, Session(standard)), Denied);
        }

        table.Try("ResumeSession to a node of another request", await TryAsync(others, "ResumeSession", Session(own)), Denied);
        table.Try("ResumeSession of its own session (must be let in)", Field((await agent.CallAsync(keys, "ResumeSession", Session(own))).Body, "SessionId"), own);
        foreach (var (attempt, tampered) in SealedTampering.Of(keys, others))
            table.Try(attempt, await TryAsync(tampered, "StartSession", Target(TestServer.Node)), Unknown, Differs);

        await server.Service<AccessRequests>().DecideAsync(TestServerSessions.Tenant, request, AccessRequestStatus.Revoked, default);
        table.Try("StartSession after it was revoked", await TryAsync(keys, "StartSession", Target(TestServer.Node)), Denied);
        table.Try("ResumeSession after it was revoked", await TryAsync(keys, "ResumeSession", Session(own)), Denied);
        table.Try("TerminateSession after it was revoked (must be let in)", await TryAsync(keys, "TerminateSession", Session(own)), $$"""200 {"SessionId":"{{own}}"}""");
        table.Try("GetAccessToken after it was revoked", Text(await server.CallAsync("GetAccessToken", $$"""{"AccessRequestId":"{{request}}"}""")), """200 {"AccessRequestStatus":"Revoked"}""");
        table.Try("GetAccessToken by another user", Text(await server.CallAsync("GetAccessToken", $$"""{"AccessRequestId":"{{request}}"}""", "alice")), "^400 AccessDeniedException: User: .*alice is not authorized to perform: ssm:GetAccessToken");
        _clock.Advance(TimeSpan.FromHours(1));
        table.Try("after an hour", await TryAsync(others, "StartSession", Target(Uncovered)), "400 ExpiredTokenException: The security token included in the request is expired");
        table.Verify(fewest: 300);

        async Task<string> TryAsync(Credentials credentials, string action, string json) => Text(await agent.CallAsync(credentials, action, json));
    }

    private Task<TestServer> StartAsync() => TestServer.StartAsync(_clock, configure: options =>
    {
        options.JustInTime = JustInTimeAccess.Auto;
        options.Nodes.Add(new HostedNode(Uncovered, NodeKind.Echo));
    });

    private static async Task<(string Request, Credentials Keys)> AskAsync(TestServer server, string node)
    {
        var id = Field((await server.CallAsync("StartAccessRequest", $$"""{"Reason":"attack","Targets":[{"Key":"InstanceIds","Values":["{{node}}"]}]}""")).Body, "AccessRequestId");
        using var answer = JsonDocument.Parse((await server.CallAsync("GetAccessToken", $$"""{"AccessRequestId":"{{id}}"}""")).Body);
        return (id, Credentials.Read(answer.RootElement.GetProperty("Credentials")));
    }

    private static string Target(string node) => $$"""{"Target":"{{node}}"}""";

    private static string Session(string id) => $$"""{"SessionId":"{{id}}"}""";

    private static string Text((System.Net.HttpStatusCode Status, string Body) answer) => new RawAnswer((int)answer.Status, [], answer.Body).ToString();

    private static string Field(string json, string name)
    {
        using var answer = JsonDocument.Parse(json);
        return answer.RootElement.TryGetProperty(name, out var value) ? value.GetString()! : throw new InvalidOperationException(json);
    }
}
