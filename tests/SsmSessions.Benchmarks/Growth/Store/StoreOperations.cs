using SsmSessions.Benchmarks.Sessions;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.Growth.Store;

/// <summary>Carries out and measures one operation.</summary>
internal delegate Task Measure(string group, string operation, Func<Task> carryOut);

/// <summary>Everything that the actions and the housekeeping do with sessions, once each. What was written is taken away again, so that the store
/// keeps its size.</summary>
internal sealed class StoreOperations(GrowingStore store)
{
    public const string OneSession = "one session";

    private const int Overdue = 25;

    /// <summary>By the way that sample sessions are made, failures fall on three of the twenty targets.</summary>
    private const int TargetWithoutFailures = 0;

    private static readonly Caller Caller = new(SampleSessions.Tenant, CallerKind.User, "test", "arn:aws:iam::000000000000:user/test", "test");

    private readonly ITable _table = store.Service<ITable>();
    private readonly SessionRepository _sessions = store.Service<SessionRepository>();
    private readonly SessionRegistry _registry = store.Service<SessionRegistry>();
    private readonly SessionChannels _channels = store.Service<SessionChannels>();
    private readonly LiveSessions _live = store.Service<LiveSessions>();
    private readonly string _run = store.Service<HostMembership>().RunId;
    private readonly Random _random = new(4580);

    /// <summary>The groups of pages, by their sizes.</summary>
    public static IReadOnlyList<int> Pages { get; } = [10, 200];

    public static string PageOf(int sessions) => $"page of {sessions}";

    public async Task RunOnceAsync(Measure measure, CancellationToken cancellationToken)
    {
        await LiveAsync(measure, cancellationToken);
        await SweepAsync(measure, cancellationToken);
        // The first read after a write is measured above: lists are to begin alike.
        await _sessions.FindAsync(SampleSessions.Tenant, SampleSessions.Id(AnyNumber()), cancellationToken);
        foreach (var page in Pages)
            await ListAsync(page, measure, cancellationToken);
    }

    /// <summary>The life of a session; and of another one that ends before anybody joins it.</summary>
    private async Task LiveAsync(Measure measure, CancellationToken cancellationToken)
    {
        var joined = await StartAsync(measure, cancellationToken);
        var id = joined.Session.Id;
        await FindAsync("find by id, first read after a write", measure, cancellationToken);
        await FindAsync("find by id", measure, cancellationToken);
        await measure(OneSession, "join: the client opens the channel", () => _channels.JoinAsync(id, joined.Token, GrowingStore.Host, _run, cancellationToken));
        await measure(OneSession, "leave: the client is gone", () => _channels.LeaveAsync(SampleSessions.Tenant, id, _run, cancellationToken));
        await measure(OneSession, "list the host's 100 live sessions", () => _live.HereAsync(SampleSessions.Tenant.Account, cancellationToken));
        var ended = (await StartAsync(measure, cancellationToken)).Session.Id;
        await measure(OneSession, "end", () => _registry.TerminateAsync(SampleSessions.Tenant, ended, cancellationToken));
        await RemoveAsync([id, ended], cancellationToken);
    }

    private async Task<StartedSession> StartAsync(Measure measure, CancellationToken cancellationToken)
    {
        StartedSession? started = null;
        var request = new NewSession(Caller, TestServer.Node) { Host = GrowingStore.Host };
        await measure(OneSession, "start", async () => started = await _registry.StartAsync(request, cancellationToken));
        return started!;
    }

    private Task FindAsync(string line, Measure measure, CancellationToken cancellationToken)
    {
        var id = SampleSessions.Id(AnyNumber());
        return measure(OneSession, line, async () => await _sessions.FindAsync(SampleSessions.Tenant, id, cancellationToken));
    }

    private async Task SweepAsync(Measure measure, CancellationToken cancellationToken)
    {
        Task EndOverdueAsync() => _registry.EndOverdueAsync(SampleSessions.Tenant, Overdue, cancellationToken);
        await measure(OneSession, "sweep, nothing is overdue", EndOverdueAsync);
        var now = TimeProvider.System.GetUtcNow();
        var overdue = Enumerable.Range(0, Overdue)
            .Select(i => store.Samples.Make(0) with { Id = $"overdue-{i:00}", Status = SessionStatus.Connecting, EndDate = null, StartDate = now, Deadline = now.AddMinutes(-1) })
            .ToList();
        await _sessions.PutManyAsync(overdue, cancellationToken);
        await measure(OneSession, $"sweep, {Overdue} are overdue", EndOverdueAsync);
        await RemoveAsync(overdue.Select(session => session.Id), cancellationToken);
    }

    private async Task ListAsync(int page, Measure measure, CancellationToken cancellationToken)
    {
        var number = AnyNumber();
        Task ReadAsync(string line, SessionState state, SessionFilter filter, SessionPosition? after = null) =>
            measure(PageOf(page), line, () => _sessions.ListAsync(SampleSessions.Tenant, state, filter, after, page, cancellationToken));
        await ReadAsync("Active", SessionState.Active, new SessionFilter());
        await ReadAsync("History", SessionState.History, new SessionFilter());
        var deep = store.Size * 8 / 10;
        await ReadAsync(
            "next page, behind 8 of 10", SessionState.History, new SessionFilter(), new SessionPosition(store.Samples.StartOf(deep), SampleSessions.Id(deep)));
        // A list by SessionId is a find.
        foreach (var key in FilterKey.All.Where(key => key.Value(store.Samples, number) is not null && key.Name != "SessionId"))
            await ReadAsync(key.Name, key.State(number), key.Filter(store.Samples, number));
        var none = new SessionFilter();
        none.WhereTarget(SampleSessions.Target(TargetWithoutFailures));
        none.WhereStatus(SessionStatus.Failed);
        await ReadAsync("Target and Status, no row has both", SessionState.History, none);
    }

    private async Task RemoveAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        foreach (var id in ids)
        {
            await _table.WriteAsync(TableWrite.Delete(SessionItem.Key(SampleSessions.Tenant, id)), cancellationToken);
            await _table.WriteAsync(TableWrite.Delete(SessionTokens.Key(id)), cancellationToken);
        }
    }

    /// <summary>Not one of the oldest: pages before a date are to be full.</summary>
    private int AnyNumber() => _random.Next(store.Size * 7 / 10);
}
