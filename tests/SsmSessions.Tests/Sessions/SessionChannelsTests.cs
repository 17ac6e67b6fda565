using SsmSessions.Core.Documents;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.Store;

namespace SsmSessions.Tests.Sessions;

/// <summary>What clients, hosts and time do to a session that has a data channel.</summary>
public sealed class SessionChannelsTests : IAsyncLifetime
{
    private static readonly Caller Starter = TestServer.Caller("test");

    private readonly ManualTimeProvider _clock = new();
    private readonly SqliteTable _table;
    private readonly Host _a;
    private readonly Host _b;

    public SessionChannelsTests()
    {
        _table = new SqliteTable(new SqliteTableOptions(), _clock);
        _a = new Host(new SharedTable(_table), "a", _clock);
        _b = new Host(new SharedTable(_table), "b", _clock);
    }

    public async ValueTask InitializeAsync()
    {
        await _table.OpenAsync(default);
        await _a.Membership.JoinAsync(default);
        await _b.Membership.JoinAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        _a.Membership.Dispose();
        _b.Membership.Dispose();
        await _table.DisposeAsync();
    }

    [Fact]
    public async Task A_session_goes_from_connecting_to_its_end()
    {
        var started = await _a.StartAsync();
        Assert.Equal(SessionStatus.Connecting, started.Session.Status);

        var join = await _a.JoinAsync(started);
        Assert.True(join is { Refusal: null, IsFirst: true });
        Assert.Equal(SessionStatus.Connected, await StatusAsync(started));

        await _a.Channels.LeaveAsync(started.Session.Tenant, started.Session.Id, _a.Membership.RunId, default);
        Assert.Equal(SessionStatus.Disconnected, await StatusAsync(started));

        var (_, token) = await _b.Registry.ResumeAsync(started.Session.Tenant, started.Session.Id, default);
        join = await _a.JoinAsync(started with { Token = token! });
        Assert.True(join is { Refusal: null, IsFirst: false });
        Assert.Equal(SessionStatus.Connected, await StatusAsync(started));

        await _a.Channels.FinishAsync(started.Session.Tenant, started.Session.Id, succeeded: true, new OutputUrls("s3", null), default);
        var ended = await FindAsync(started);
        Assert.Equal(SessionStatus.Terminated, ended.Status);
        Assert.Equal(_clock.GetUtcNow(), ended.EndDate);
        Assert.Equal("s3", ended.S3OutputUrl);
    }

    [Fact]
    public async Task One_of_many_opens_with_a_token()
    {
        var started = await _a.StartAsync();
        var joins = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (i % 2 == 0 ? _a : _b).JoinAsync(started))));
        Assert.Single(joins, j => j.Refusal is null);
        Assert.All(joins.Where(j => j.Refusal is not null), j => Assert.Equal(JoinRefusal.BadToken, j.Refusal));
    }

    [Fact]
    public async Task A_resume_voids_the_token_before_it()
    {
        var started = await _a.StartAsync();
        var (_, second) = await _a.Registry.ResumeAsync(started.Session.Tenant, started.Session.Id, default);
        Assert.Equal(JoinRefusal.BadToken, (await _a.JoinAsync(started)).Refusal);
        Assert.Null((await _a.JoinAsync(started with { Token = second! })).Refusal);
    }

    [Fact]
    public async Task A_session_that_could_not_be_run_has_failed()
    {
        var started = await _a.StartAsync();
        await _a.JoinAsync(started);
        await _a.Channels.FinishAsync(started.Session.Tenant, started.Session.Id, succeeded: false, default, default);
        Assert.Equal(SessionStatus.Failed, await StatusAsync(started));
    }

    [Fact]
    public async Task A_carried_session_is_terminating_until_its_host_is_done()
    {
        var started = await _a.StartAsync();
        await _a.JoinAsync(started);
        var carried = _a.Carry(started.Session, _clock.GetUtcNow());

        Assert.Equal(Termination.Ended, await _a.Registry.TerminateAsync(started.Session.Tenant, started.Session.Id, default));
        Assert.Equal(SessionStatus.Terminating, await StatusAsync(started));
        Assert.Equal("", carried.EndedWith);
        Assert.Equal(Termination.HadEnded, await _b.Registry.TerminateAsync(started.Session.Tenant, started.Session.Id, default));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await _a.Channels.FinishAsync(started.Session.Tenant, started.Session.Id, succeeded: false, default, default);
        var ended = await FindAsync(started);
        Assert.Equal(SessionStatus.Terminated, ended.Status);
        Assert.Equal(_clock.GetUtcNow().AddSeconds(-1), ended.EndDate);
    }

    [Fact]
    public async Task The_carrying_host_is_told_to_end_what_another_was_asked_to()
    {
        var started = await _a.StartAsync();
        await _a.JoinAsync(started);
        var state = await _a.Mailbox.StateAsync("a", default);
        var waiting = _a.Mailbox.WaitAsync("a", state, default);

        Assert.Equal(Termination.Ended, await _b.Registry.TerminateAsync(started.Session.Tenant, started.Session.Id, default));

        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        var message = Assert.Single(await _a.Mailbox.ReadAsync("a", default));
        Assert.Equal(new MailboxMessage("000000000000/us-east-1", started.Session.Id, ""), message);
        await _a.Mailbox.RemoveAsync("a", message, default);
        Assert.Empty(await _a.Mailbox.ReadAsync("a", default));
    }

    [Fact]
    public async Task The_idle_clock_runs_from_the_last_activity()
    {
        var started = await _a.StartAsync();
        await _a.JoinAsync(started);
        _clock.Advance(TimeSpan.FromMinutes(19));
        var carried = _a.Carry(started.Session, _clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromMinutes(2));
        await _a.KeepAliveAsync(_b);

        await SweepAsync(_a, _b);
        Assert.Equal(SessionStatus.Connected, await StatusAsync(started));

        _clock.Advance(TimeSpan.FromMinutes(18));
        await _a.KeepAliveAsync(_b);
        await SweepAsync(_b);
        Assert.Null(carried.EndedWith);
        await SweepAsync(_a);
        Assert.Equal(SessionStatus.Terminating, await StatusAsync(started));
        Assert.Equal(SessionEndTexts.IdleTimeout, carried.EndedWith);
    }

    [Fact]
    public async Task A_session_lasts_as_long_as_its_document_allows()
    {
        var started = await _a.StartAsync(SessionDocument("""{"idleSessionTimeout":"60","maxSessionDuration":"30"}"""));
        await _a.JoinAsync(started);
        var carried = _a.Carry(started.Session, _clock.GetUtcNow().AddMinutes(29));
        _clock.Advance(TimeSpan.FromMinutes(30));
        await SweepAsync(_a);
        Assert.Equal(SessionEndTexts.MaximumDuration, carried.EndedWith);
    }

    [Fact]
    public async Task What_a_session_runs_is_kept_as_it_was_at_its_start()
    {
        var content = SessionDocument("""{"runAsEnabled":true,"runAsDefaultUser":"{{ who }}","shellProfile":{"linux":"cd /tmp"}}""") with
        {
            Parameters = new Dictionary<string, IReadOnlyList<string>> { ["who"] = ["ana"] },
        };
        var started = await _a.StartAsync(content);
        var read = await _b.Channels.ReadContentAsync(started.Session.Tenant, started.Session.Id, default);
        Assert.Equal(content.Document.Json, read.Document.Json);
        Assert.Equal(content.Inputs, read.Inputs);
        Assert.Equal(["ana"], read.Parameters["who"]);
    }

    [Fact]
    public async Task Sessions_of_a_run_that_is_over_end_and_those_still_connecting_stay()
    {
        var carried = await _a.StartAsync();
        await _a.JoinAsync(carried);
        var terminating = await _a.StartAsync();
        await _a.JoinAsync(terminating);
        await _b.Registry.TerminateAsync(terminating.Session.Tenant, terminating.Session.Id, default);
        var waiting = await _a.StartAsync();

        await _b.Carriers.EndLostAsync("a", run => run == _a.Membership.RunId, default);

        Assert.Equal(SessionStatus.Terminated, await StatusAsync(carried));
        Assert.Equal(SessionStatus.Terminated, await StatusAsync(terminating));
        Assert.Equal(SessionStatus.Connecting, await StatusAsync(waiting));
    }

    [Fact]
    public async Task A_host_that_was_taken_for_dead_ends_what_others_ended()
    {
        var lost = await _a.StartAsync();
        await _a.JoinAsync(lost);
        var kept = await _a.StartAsync();
        var carriedLost = _a.Carry(lost.Session, _clock.GetUtcNow());
        var carriedKept = _a.Carry(kept.Session, _clock.GetUtcNow());
        await _a.Membership.BeatAsync(default);
        Assert.False(_a.Membership.MayBeDisowned);
        _clock.Advance(HostDirectory.DeadAfter);
        await _b.Carriers.EndLostAsync("a", run => run == _a.Membership.RunId, default);

        await _a.Membership.BeatAsync(default);
        Assert.True(_a.Membership.MayBeDisowned);
        await _a.Carriers.EndDisownedAsync(default);

        Assert.Equal(SessionEndTexts.Disowned, carriedLost.EndedWith);
        Assert.Null(carriedKept.EndedWith);
        _a.Membership.KnowsWhatItHas();
        await _a.Membership.BeatAsync(default);
        Assert.False(_a.Membership.MayBeDisowned);
    }

    [Fact]
    public async Task A_session_whose_host_died_is_not_resumed()
    {
        var started = await _a.StartAsync();
        await _a.JoinAsync(started);
        // One that is seen for the first time is not taken for dead: its clock may differ.
        Assert.NotNull((await _b.Registry.ResumeAsync(started.Session.Tenant, started.Session.Id, default)).Token);
        for (var beats = 0; beats < 3; beats++)
        {
            _clock.Advance(HostDirectory.HeartbeatInterval);
            await _b.Membership.BeatAsync(default);
        }

        var (session, token) = await _b.Registry.ResumeAsync(started.Session.Tenant, started.Session.Id, default);
        Assert.Null(token);
        Assert.Equal(SessionStatus.Terminated, session.Status);
    }

    private static SessionContent SessionDocument(string inputs)
    {
        var document = SessionDocumentParser.Parse($$"""{"schemaVersion":"1.0","sessionType":"Standard_Stream","inputs":{{inputs}}}""");
        return new SessionContent(document, document.Inputs!, SessionContent.BuiltIn.Parameters);
    }

    private static async Task SweepAsync(params Host[] hosts)
    {
        foreach (var host in hosts)
        {
            for (var shard = 0; shard < SessionRegistry.DeadlineShards; shard++)
                await host.Registry.EndOverdueAsync(shard, limit: 100, default);
        }
    }

    private async Task<Session> FindAsync(StartedSession started) =>
        (await _a.Sessions.FindAsync(started.Session.Tenant, started.Session.Id, default))!.Session;

    private async Task<SessionStatus> StatusAsync(StartedSession started) => (await FindAsync(started)).Status;

    private sealed class Host
    {
        private readonly CarriedSessions _carried = new();

        public Host(ITable table, string name, TimeProvider time)
        {
            var directory = new HostDirectory(table, time);
            Membership = new HostMembership(directory, table, time, name, peerUrl: null, []);
            Mailbox = new HostMailbox(table, time, time);
            Sessions = new SessionRepository(table);
            Carriers = new SessionCarriers(table, Sessions, _carried, Membership, directory, Mailbox, time);
            var numbers = new SessionNumbers(table);
            Registry = new SessionRegistry(table, Sessions, Carriers, numbers, time);
            Channels = new SessionChannels(table, Sessions, numbers, time);
        }

        public HostMembership Membership { get; }

        public HostMailbox Mailbox { get; }

        public SessionRepository Sessions { get; }

        public SessionCarriers Carriers { get; }

        public SessionRegistry Registry { get; }

        public SessionChannels Channels { get; }

        public Task<StartedSession> StartAsync(SessionContent? content = null) => Registry.StartAsync(
            new NewSession(Starter, TestServer.Node) { Host = Membership.Name, Content = content ?? SessionContent.BuiltIn }, default);

        public Task<ChannelJoin> JoinAsync(StartedSession session) =>
            Channels.JoinAsync(session.Session.Id, session.Token, Membership.Name, Membership.RunId, default);

        public async Task KeepAliveAsync(Host other)
        {
            await Membership.BeatAsync(default);
            await other.Membership.BeatAsync(default);
        }

        public Carried Carry(Session session, DateTimeOffset lastActivity)
        {
            var carried = new Carried(session, lastActivity);
            Assert.True(_carried.TryAdd(carried));
            return carried;
        }
    }

    private sealed class Carried(Session session, DateTimeOffset lastActivity) : ICarriedSession
    {
        public Tenant Tenant => session.Tenant;

        public string SessionId => session.Id;

        public string Target => session.Target;

        public DateTimeOffset LastActivity => lastActivity;

        public string? EndedWith { get; private set; }

        public void End(string output) => EndedWith = output;
    }
}
