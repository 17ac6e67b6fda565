using System.Text.Json;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Testing.Sessions;

public abstract partial class SessionListContract
{
    [Fact]
    public async Task History_is_kept_for_30_days_after_the_end()
    {
        var start = Clock.GetUtcNow();
        await Server.InjectAsync(
            TestServerSessions.NewSession("early", start.AddDays(-20), SessionStatus.Terminated, end: start.AddDays(-1)),
            TestServerSessions.NewSession("late", start.AddDays(-40), SessionStatus.Failed, end: start),
            TestServerSessions.NewSession("active", start.AddDays(-50)));
        var history = new SessionQuery(SessionState.History);

        Assert.Equal(["early", "late"], await ListAllAsync(history));
        Clock.Advance(TimeSpan.FromDays(29) - TimeSpan.FromSeconds(1));
        Assert.Equal(["early", "late"], await ListAllAsync(history));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["late"], await ListAllAsync(history));
        Assert.Empty(await ListAllAsync(new SessionQuery(SessionState.History, ("SessionId", "early"))));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await ListAllAsync(history));
        Assert.Equal(["active"], await ListAllAsync(new SessionQuery(SessionState.Active)));
    }

    [Fact]
    public async Task A_session_that_is_idle_too_long_has_ended_before_it_is_listed()
    {
        var id = await Server.StartSessionAsync();
        Clock.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromMilliseconds(1));
        Assert.Equal([id], await ListAllAsync(new SessionQuery(SessionState.Active)));

        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(await ListAllAsync(new SessionQuery(SessionState.Active)));
        Assert.Equal([id], await ListAllAsync(new SessionQuery(SessionState.History, ("Status", "Terminated"))));
    }

    [Fact]
    public async Task An_ended_session_is_under_History_at_once_and_has_an_end()
    {
        var id = await Server.StartSessionAsync();
        Clock.Advance(TimeSpan.FromSeconds(90));
        await TerminateAsync(id);

        Assert.Empty(await ListAllAsync(new SessionQuery(SessionState.Active)));
        var (_, body) = await Server.CallAsync("DescribeSessions", """{"State":"History"}""");
        using var page = JsonDocument.Parse(body);
        var session = page.RootElement.GetProperty("Sessions")[0];
        Assert.Equal(id, session.GetProperty("SessionId").GetString());
        Assert.Equal(90, session.GetProperty("EndDate").GetDouble() - session.GetProperty("StartDate").GetDouble(), precision: 3);
    }
}
