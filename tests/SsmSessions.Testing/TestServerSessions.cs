using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Testing;

/// <summary>Sessions of a test server.</summary>
public static class TestServerSessions
{
    /// <summary>The account and region of the user <c>test</c>.</summary>
    public static readonly Tenant Tenant = new(Tenant.DefaultAccount, "us-east-1");

    /// <summary>Starts a session over the wire and returns its id.</summary>
    public static async Task<string> StartSessionAsync(this TestServer server, string target = TestServer.Node, string accessKeyId = "test")
    {
        var (_, body) = await server.CallAsync("StartSession", $$"""{"Target":"{{target}}"}""", accessKeyId);
        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.GetProperty("SessionId").GetString()!;
    }

    /// <summary>Puts sessions into the store as they are.</summary>
    public static Task InjectAsync(this TestServer server, params IEnumerable<Session> sessions) =>
        server.Services.GetRequiredService<SessionRepository>().PutManyAsync(sessions, CancellationToken.None);

    /// <summary>A session to inject: of the user <c>test</c>, to the server's own node, without a deadline.</summary>
    public static Session NewSession(string id, DateTimeOffset start, SessionStatus status = SessionStatus.Connected, DateTimeOffset? end = null) => new()
    {
        Tenant = Tenant,
        Id = id,
        Target = TestServer.Node,
        Owner = Tenant.GlobalArn("iam", "user/test"),
        Status = status,
        StartDate = start,
        EndDate = status.State() == SessionState.History ? end ?? start.AddMinutes(1) : null,
    };
}
