using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SsmSessions.Core.Access;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class GetAccessTokenTests
{
    private const string Other = "i-00000000000000001";

    private static readonly Tenant Tenant = new(Tenant.DefaultAccount, "us-east-1");

    [Fact]
    public async Task A_request_waits_for_the_word_of_somebody()
    {
        await using var server = await StartAsync(JustInTimeAccess.Manual);
        var id = await AskAsync(server);
        var requests = server.Services.GetRequiredService<AccessRequests>();

        Assert.Equal((HttpStatusCode.OK, """{"AccessRequestStatus":"Pending"}"""), await GetAsync(server, id));
        await requests.DecideAsync(Tenant, id, AccessRequestStatus.Approved, default);
        var (_, approved) = await GetAsync(server, id);
        Assert.Matches(
            """^\{"AccessRequestStatus":"Approved","Credentials":\{"AccessKeyId":"ASIA[A-Z2-7]{16}","ExpirationTime":1\.7673588E9,"SecretAccessKey":"[A-Za-z0-9+/]{40}","SessionToken":"[^"]+"\}\}$""",
            approved);
        await requests.DecideAsync(Tenant, id, AccessRequestStatus.Revoked, default);
        Assert.Equal((HttpStatusCode.OK, """{"AccessRequestStatus":"Revoked"}"""), await GetAsync(server, id));
    }

    [Fact]
    public async Task A_rejected_request_gives_no_credentials()
    {
        await using var server = await StartAsync(JustInTimeAccess.Manual);
        var id = await AskAsync(server);
        await server.Services.GetRequiredService<AccessRequests>().DecideAsync(Tenant, id, AccessRequestStatus.Rejected, default);

        Assert.Equal((HttpStatusCode.OK, """{"AccessRequestStatus":"Rejected"}"""), await GetAsync(server, id));
    }

    [Fact]
    public async Task The_credentials_start_sessions_to_the_approved_targets_only()
    {
        await using var server = await StartAsync(JustInTimeAccess.Auto);
        var id = await AskAsync(server);
        var agent = new Agent(server);
        var credentials = await CredentialsAsync(server, id);

        var (status, started) = await agent.CallAsync(credentials, "StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var (_, sessions) = await server.CallAsync("DescribeSessions", """{"State":"Active"}""");
        Assert.StartsWith("""{"Sessions":[{"AccessType":"JustInTime",""", sessions, StringComparison.Ordinal);
        Assert.Contains("\"Owner\":\"arn:aws:iam::000000000000:user/test\"", sessions, StringComparison.Ordinal);
        Assert.Equal(
            (HttpStatusCode.BadRequest, Denied("StartSession", "arn:aws:ec2:us-east-1:000000000000:instance/" + Other)),
            await agent.CallAsync(credentials, "StartSession", $$"""{"Target":"{{Other}}"}"""));
        Assert.Equal(
            (HttpStatusCode.BadRequest, Denied("DescribeSessions", "arn:aws:ssm:us-east-1:000000000000:*")),
            await agent.CallAsync(credentials, "DescribeSessions", """{"State":"Active"}"""));

        using var session = JsonDocument.Parse(started);
        var sessionId = session.RootElement.GetProperty("SessionId").GetString();
        Assert.Equal(HttpStatusCode.OK, (await agent.CallAsync(credentials, "ResumeSession", $$"""{"SessionId":"{{sessionId}}"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await agent.CallAsync(credentials, "TerminateSession", $$"""{"SessionId":"{{sessionId}}"}""")).Status);
    }

    [Fact]
    public async Task The_credentials_do_not_touch_the_sessions_of_others()
    {
        await using var server = await StartAsync(JustInTimeAccess.Auto);
        var credentials = await CredentialsAsync(server, await AskAsync(server));
        using var session = JsonDocument.Parse((await server.CallAsync("StartSession", $$"""{"Target":"{{Other}}"}""", "alice")).Body);
        var id = session.RootElement.GetProperty("SessionId").GetString();
        var agent = new Agent(server);

        Assert.Equal(
            (HttpStatusCode.BadRequest, Denied("ResumeSession", "arn:aws:ssm:us-east-1:000000000000:session/" + id)),
            await agent.CallAsync(credentials, "ResumeSession", $$"""{"SessionId":"{{id}}"}"""));
        Assert.Equal(
            (HttpStatusCode.BadRequest, Denied("TerminateSession", "arn:aws:ssm:us-east-1:000000000000:session/" + id)),
            await agent.CallAsync(credentials, "TerminateSession", $$"""{"SessionId":"{{id}}"}"""));
        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"DoesNotExistException","Message":"Session nobody-1 does not exist."}"""),
            await agent.CallAsync(credentials, "ResumeSession", """{"SessionId":"nobody-1"}"""));
    }

    [Fact]
    public async Task The_credentials_are_worth_nothing_once_the_request_is_revoked()
    {
        await using var server = await StartAsync(JustInTimeAccess.Auto);
        var id = await AskAsync(server);
        var credentials = await CredentialsAsync(server, id);
        await server.Services.GetRequiredService<AccessRequests>().DecideAsync(Tenant, id, AccessRequestStatus.Revoked, default);

        Assert.Equal(
            (HttpStatusCode.BadRequest, Denied("StartSession", "arn:aws:ec2:us-east-1:000000000000:instance/" + TestServer.Node)),
            await new Agent(server).CallAsync(credentials, "StartSession", $$"""{"Target":"{{TestServer.Node}}"}"""));
    }

    [Fact]
    public async Task The_credentials_resume_no_session_that_they_could_not_start()
    {
        await using var server = await StartAsync(JustInTimeAccess.Auto);
        var id = await AskAsync(server);
        var credentials = await CredentialsAsync(server, id);
        var agent = new Agent(server);
        var standard = await server.StartSessionAsync(Other);
        using var started = JsonDocument.Parse((await agent.CallAsync(credentials, "StartSession", $$"""{"Target":"{{TestServer.Node}}"}""")).Body);
        var own = started.RootElement.GetProperty("SessionId").GetString();

        foreach (var action in new[] { "ResumeSession", "TerminateSession" })
        {
            Assert.Equal(
                (HttpStatusCode.BadRequest, Denied(action, "arn:aws:ssm:us-east-1:000000000000:session/" + standard)),
                await agent.CallAsync(credentials, action, $$"""{"SessionId":"{{standard}}"}"""));
        }

        await server.Services.GetRequiredService<AccessRequests>().DecideAsync(Tenant, id, AccessRequestStatus.Revoked, default);
        Assert.Equal(
            (HttpStatusCode.BadRequest, Denied("ResumeSession", "arn:aws:ssm:us-east-1:000000000000:session/" + own)),
            await agent.CallAsync(credentials, "ResumeSession", $$"""{"SessionId":"{{own}}"}"""));
        Assert.Equal(
            (HttpStatusCode.OK, $$"""{"SessionId":"{{own}}"}"""),
            await agent.CallAsync(credentials, "TerminateSession", $$"""{"SessionId":"{{own}}"}"""));
    }

    [Fact]
    public async Task The_credentials_end_after_an_hour()
    {
        var time = new ManualTimeProvider();
        await using var server = await StartAsync(JustInTimeAccess.Auto, time);
        var credentials = await CredentialsAsync(server, await AskAsync(server));
        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}"""),
            await new Agent(server).CallAsync(credentials, "StartSession", $$"""{"Target":"{{TestServer.Node}}"}"""));
    }

    [Fact]
    public async Task Somebody_else_does_not_get_them()
    {
        await using var server = await StartAsync(JustInTimeAccess.Auto);
        var id = await AskAsync(server);

        Assert.Equal(
            (HttpStatusCode.BadRequest, $$"""{"__type":"AccessDeniedException","Message":"User: arn:aws:iam::000000000000:user/mallory is not authorized to perform: ssm:GetAccessToken on resource: arn:aws:ssm:us-east-1:000000000000:opsitem/{{id}} because no identity-based policy allows the ssm:GetAccessToken action"}"""),
            await server.CallAsync("GetAccessToken", $$"""{"AccessRequestId":"{{id}}"}""", "mallory"));
    }

    [Fact]
    public async Task An_unknown_request_is_refused()
    {
        await using var server = await StartAsync(JustInTimeAccess.Auto);

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ResourceNotFoundException","Message":"Access request oi-0123456789ab does not exist."}"""),
            await GetAsync(server, "oi-0123456789ab"));
        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"1 validation error detected: Value 'oi-x' at 'accessRequestId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(oi)-[0-9a-f]{12}$"}"""),
            await GetAsync(server, "oi-x"));
    }

    private static Task<TestServer> StartAsync(JustInTimeAccess mode, ManualTimeProvider? time = null) => TestServer.StartAsync(
        time ?? new ManualTimeProvider(),
        configure: options =>
        {
            options.JustInTime = mode;
            options.Nodes.Add(new HostedNode(Other, NodeKind.Echo));
        });

    private static async Task<string> AskAsync(TestServer server)
    {
        var (_, body) = await server.CallAsync(
            "StartAccessRequest", $$"""{"Reason":"repair","Targets":[{"Key":"InstanceIds","Values":["{{TestServer.Node}}"]}]}""");
        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.GetProperty("AccessRequestId").GetString()!;
    }

    private static Task<(HttpStatusCode Status, string Body)> GetAsync(TestServer server, string id) =>
        server.CallAsync("GetAccessToken", $$"""{"AccessRequestId":"{{id}}"}""");

    private static async Task<Credentials> CredentialsAsync(TestServer server, string id)
    {
        using var answer = JsonDocument.Parse((await GetAsync(server, id)).Body);
        return Credentials.Read(answer.RootElement.GetProperty("Credentials"));
    }

    private static string Denied(string operation, string arn) =>
        $$"""{"__type":"AccessDeniedException","Message":"User: arn:aws:iam::000000000000:user/test is not authorized to perform: ssm:{{operation}} on resource: {{arn}} because no identity-based policy allows the ssm:{{operation}} action"}""";
}
