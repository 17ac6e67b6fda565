using System.Net;
using System.Text.Json;
using SsmSessions.Core.Sessions;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

/// <summary>ResumeSession (spec/ssm-control-plane.md §4.3).</summary>
public sealed class ResumeSessionTests
{
    [Fact]
    public async Task A_live_session_gets_a_fresh_token()
    {
        await using var server = await TestServer.StartAsync();
        var (_, started) = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");
        using var start = JsonDocument.Parse(started);
        var (id, url, token) = Members(start);

        var (status, body) = await server.CallAsync("ResumeSession", $$"""{"SessionId":"{{id}}"}""");
        var (_, again) = await server.CallAsync("ResumeSession", $$"""{"SessionId":"{{id}}"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Matches("^{\"SessionId\":\"[^\"]+\",\"StreamUrl\":\"[^\"]+\",\"TokenValue\":\"AAEAA[A-Za-z0-9+/]{651}\"}$", body);
        using var first = JsonDocument.Parse(body);
        using var second = JsonDocument.Parse(again);
        Assert.Equal((id, url), (Members(first).Id, Members(first).Url));
        Assert.Equal(3, new HashSet<string?> { token, Members(first).Token, Members(second).Token }.Count);
    }

    [Theory]
    [InlineData(SessionStatus.Connecting)]
    [InlineData(SessionStatus.Connected)]
    [InlineData(SessionStatus.Disconnected)]
    public async Task Every_active_session_can_be_resumed(SessionStatus status)
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TestServerSessions.NewSession("test-1", DateTimeOffset.UtcNow, status));

        var (_, body) = await server.CallAsync("ResumeSession", """{"SessionId":"test-1"}""");

        Assert.Contains("\"TokenValue\":\"AAEAA", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SessionStatus.Terminating)]
    [InlineData(SessionStatus.Terminated)]
    [InlineData(SessionStatus.Failed)]
    public async Task An_ended_session_gets_no_token(SessionStatus status)
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TestServerSessions.NewSession("test-1", DateTimeOffset.UtcNow, status));

        var answer = await server.CallAsync("ResumeSession", """{"SessionId":"test-1"}""");

        Assert.Equal((HttpStatusCode.OK, """{"SessionId":"test-1"}"""), answer);
    }

    [Fact]
    public async Task A_session_that_was_idle_too_long_gets_no_token()
    {
        var clock = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(clock);
        var id = await server.StartSessionAsync();
        clock.Advance(TimeSpan.FromMinutes(20));

        var answer = await server.CallAsync("ResumeSession", $$"""{"SessionId":"{{id}}"}""");

        Assert.Equal((HttpStatusCode.OK, $$"""{"SessionId":"{{id}}"}"""), answer);
    }

    [Fact]
    public async Task A_session_of_30_days_ago_is_not_known_any_more()
    {
        var clock = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(clock);
        await server.InjectAsync(TestServerSessions.NewSession("test-1", clock.GetUtcNow(), SessionStatus.Terminated, clock.GetUtcNow()));
        clock.Advance(Session.Retention);

        var answer = await server.CallAsync("ResumeSession", """{"SessionId":"test-1"}""");

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"DoesNotExistException","Message":"Session test-1 does not exist."}"""), answer);
    }

    private static (string? Id, string? Url, string? Token) Members(JsonDocument answer) => (
        answer.RootElement.GetProperty("SessionId").GetString(),
        answer.RootElement.GetProperty("StreamUrl").GetString(),
        answer.RootElement.GetProperty("TokenValue").GetString());
}
