using System.Net;
using SsmSessions.Core.Sessions;
using SsmSessions.Server;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class TerminateSessionTests
{
    [Fact]
    public async Task A_session_ends_once()
    {
        await using var server = await TestServer.StartAsync();
        var id = await server.StartSessionAsync();

        var first = await server.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");
        var second = await server.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");

        Assert.Equal((HttpStatusCode.OK, $$"""{"SessionId":"{{id}}"}"""), first);
        Assert.Equal((HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"Session is not in a valid state"}"""), second);
    }

    [Fact]
    public async Task An_unknown_session_is_not_in_a_valid_state()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.CallAsync("TerminateSession", """{"SessionId":"nobody-1"}""");

        Assert.Equal((HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"Session is not in a valid state"}"""), answer);
    }

    [Fact]
    public async Task A_second_call_succeeds_by_option()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.TerminateEnded = TerminateEnded.Succeed);
        var id = await server.StartSessionAsync();

        await server.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");
        var second = await server.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");

        Assert.Equal((HttpStatusCode.OK, $$"""{"SessionId":"{{id}}"}"""), second);
    }

    [Theory]
    [InlineData(SessionStatus.Connecting, true)]
    [InlineData(SessionStatus.Connected, true)]
    [InlineData(SessionStatus.Disconnected, true)]
    [InlineData(SessionStatus.Terminating, false)]
    [InlineData(SessionStatus.Terminated, false)]
    [InlineData(SessionStatus.Failed, false)]
    public async Task What_is_active_ends_and_what_has_ended_is_left_alone(SessionStatus status, bool ends)
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TestServerSessions.NewSession("test-1", DateTimeOffset.UtcNow, status));

        var answer = await server.CallAsync("TerminateSession", """{"SessionId":"test-1"}""");
        var (_, list) = await server.CallAsync("DescribeSessions", """{"State":"History"}""");

        Assert.Equal(ends ? """{"SessionId":"test-1"}""" : """{"__type":"ValidationException","message":"Session is not in a valid state"}""", answer.Body);
        Assert.Contains($"\"Status\":\"{(ends ? SessionStatus.Terminated : status)}\"", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_session_is_refused_with_the_option_too()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.TerminateEnded = TerminateEnded.Succeed);

        var answer = await server.CallAsync("TerminateSession", """{"SessionId":"nobody-1"}""");

        Assert.Equal((HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"Session is not in a valid state"}"""), answer);
    }

    [Fact]
    public async Task Of_many_callers_one_ends_it()
    {
        await using var server = await TestServer.StartAsync();
        var id = await server.StartSessionAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(49, answers.Count(answer => answer.Body == """{"__type":"ValidationException","message":"Session is not in a valid state"}"""));
    }
}
