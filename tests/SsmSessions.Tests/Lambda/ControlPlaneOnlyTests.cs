using System.Net;
using SsmSessions.Core;
using SsmSessions.Core.Sessions;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Lambda;

/// <summary>The service as a function has it: calls are answered, and nothing happens by itself.</summary>
public sealed class ControlPlaneOnlyTests
{
    [Fact]
    public async Task There_is_no_Admin()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.ControlPlaneOnly = true);

        using var answer = await server.Http.GetAsync(new Uri("/_ssm-sessions/health", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("<UnknownOperationException/>\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task It_is_no_host_and_carries_no_nodes()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.ControlPlaneOnly = true);

        var answer = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");

        Assert.Equal((HttpStatusCode.BadRequest, $$"""{"__type":"TargetNotConnected","Message":"{{TestServer.Node}} is not connected."}"""), answer);
    }

    [Fact]
    public async Task A_sweep_ends_what_is_overdue()
    {
        var clock = new AdjustableTimeProvider(TimeProvider.System);
        await using var server = await TestServer.StartAsync(clock, configure: options => options.ControlPlaneOnly = true);
        var registry = server.Service<SessionRegistry>();
        var caller = TestServer.Caller("test");
        var started = await registry.StartAsync(new NewSession(caller, TestServer.Node), default);
        clock.Offset = TimeSpan.FromMinutes(21);

        using var answer = await server.Http.PostAsync(new Uri("/_ssm-sessions/sweep", UriKind.Relative), content: null);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var stored = await server.Service<SessionRepository>().FindAsync(caller.Tenant, started.Session.Id, default);
        Assert.Equal(SessionStatus.Terminated, stored?.Session.Status);
    }
}
