using System.Net;
using System.Text.Json;
using SsmSessions.Server;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class TerminateSessionTests
{
    [Fact]
    public async Task A_session_ends_once()
    {
        await using var server = await TestServer.StartAsync();
        var id = await StartAsync(server);

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
        var id = await StartAsync(server);

        await server.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");
        var second = await server.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");

        Assert.Equal((HttpStatusCode.OK, $$"""{"SessionId":"{{id}}"}"""), second);
    }

    private static async Task<string> StartAsync(TestServer server)
    {
        var (_, body) = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");
        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.GetProperty("SessionId").GetString()!;
    }
}
