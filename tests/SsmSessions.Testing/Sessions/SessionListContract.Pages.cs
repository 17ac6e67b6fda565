using FsCheck;
using FsCheck.Fluent;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Testing.Sessions;

public abstract partial class SessionListContract
{
    private static int _tenants;

    [Fact]
    public async Task The_newest_session_comes_first_and_the_id_breaks_ties()
    {
        var now = Clock.GetUtcNow();
        string[] ids = ["b", "a", "B", "a-1", "a.1", "ä", "z"];
        await Server.InjectAsync([.. ids.Select(id => TestServerSessions.NewSession(id, now)), TestServerSessions.NewSession("old", now.AddMilliseconds(-1))]);

        Assert.Equal(["ä", "z", "b", "a.1", "a-1", "a", "B", "old"], await ListAllAsync(new SessionQuery(SessionState.Active)));
        Assert.Equal(
            ["ä|z", "b|a.1", "a-1|a", "B|old"],
            (await ListPagesAsync(new SessionQuery(SessionState.Active) { MaxResults = 2 })).Select(page => string.Join('|', page)));
    }

    [Fact]
    public async Task A_page_has_200_sessions_unless_asked_for_fewer()
    {
        var sessions = Hourly(401);
        await Server.InjectAsync(sessions);

        Assert.Equal([200, 200, 1], (await ListPagesAsync(new SessionQuery(SessionState.Active))).Select(page => page.Count));
        Assert.Equal([200, 200, 1], (await ListPagesAsync(new SessionQuery(SessionState.Active) { MaxResults = 200 })).Select(page => page.Count));
        Assert.Equal([199, 199, 3], (await ListPagesAsync(new SessionQuery(SessionState.Active) { MaxResults = 199 })).Select(page => page.Count));
        Assert.Equal(1, (await ListPageAsync(new SessionQuery(SessionState.Active) { MaxResults = 1 })).Ids.Count);
    }

    [Fact]
    public async Task The_last_page_is_full_or_not_and_has_no_token()
    {
        await Server.InjectAsync(Hourly(21));

        Assert.Equal([7, 7, 7], (await ListPagesAsync(new SessionQuery(SessionState.Active) { MaxResults = 7 })).Select(page => page.Count));
        Assert.Equal([8, 8, 5], (await ListPagesAsync(new SessionQuery(SessionState.Active) { MaxResults = 8 })).Select(page => page.Count));
        Assert.Equal([0], (await ListPagesAsync(new SessionQuery(SessionState.History) { MaxResults = 8 })).Select(page => page.Count));
    }

    [Fact]
    public async Task Every_session_that_stays_is_listed_once_while_others_come_and_go()
    {
        const int Count = 500;
        await Server.InjectAsync(Hourly(Count));
        var order = Enumerable.Range(1, Count).Reverse().Select(i => $"s-{i:D4}").ToList();
        var query = new SessionQuery(SessionState.Active) { MaxResults = 7 };
        var seen = new List<string>();
        var started = new HashSet<string>();
        var endedUnseen = new HashSet<string>();
        string? token = null;
        do
        {
            (var ids, token) = await ListPageAsync(query, token);
            seen.AddRange(ids);
            Clock.Advance(TimeSpan.FromMilliseconds(1));
            started.Add(await Server.StartSessionAsync());
            await TerminateAsync(seen[^1]);
            var ahead = order.IndexOf(seen[^1]) + 1 + (seen.Count % 5);
            if (ahead < order.Count && endedUnseen.Add(order[ahead]))
                await TerminateAsync(order[ahead]);
        }
        while (token is not null);

        Assert.Equal(order.Where(id => !endedUnseen.Contains(id)), seen);
        Assert.Empty(started.Intersect(seen));
        Assert.True(started.Count > 60, $"{started.Count} pages");
    }

    [Fact]
    public async Task A_residual_filter_gives_short_pages_and_the_token_moves_on()
    {
        var sessions = Enumerable.Range(0, 2_500).Select(i =>
            TestServerSessions.NewSession($"s-{i:D4}", Clock.GetUtcNow().AddSeconds(-i)) with { Owner = Owners[i is 0 or 1_700 or 2_499 ? 1 : 0] }).ToArray();
        await Server.InjectAsync(sessions);

        var pages = await ListPagesAsync(new SessionQuery(SessionState.Active, ("Target", TestServer.Node), ("Owner", Owners[1])));

        Assert.Equal(["s-0000", "s-1700", "s-2499"], pages.SelectMany(page => page));
        Assert.Equal(3, pages.Count);
    }

    [Fact]
    public async Task A_token_still_opens_its_page_when_its_session_has_ended()
    {
        await Server.InjectAsync(Hourly(9));
        var query = new SessionQuery(SessionState.Active) { MaxResults = 3 };
        var (ids, token) = await ListPageAsync(query);
        foreach (var id in ids)
            await TerminateAsync(id);

        Assert.Equal(["s-0006", "s-0005", "s-0004"], (await ListPageAsync(query, token)).Ids);
        Assert.Equal(["s-0006", "s-0005", "s-0004"], (await ListPageAsync(query, token)).Ids);
    }

    [Fact]
    public void Any_pages_of_any_sessions_are_what_a_naive_list_says() =>
        Prop.ForAll(Worlds().ToArbitrary(), AssertPagesAsync).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true));

    private async Task AssertPagesAsync(World world)
    {
        // A tenant of its own, so that nothing needs to be forgotten.
        var tenant = new Core.Identity.Tenant("000000000000", $"region-{Interlocked.Increment(ref _tenants)}");
        await Server.InjectAsync(world.Sessions.Select(session => session with { Tenant = tenant }));
        foreach (var each in world.Queries)
        {
            var query = each with { Region = tenant.Region };
            var pages = await ListPagesAsync(query);
            Assert.True(query.Expected(world.Sessions).SequenceEqual(pages.SelectMany(page => page)), query.ToString());
            Assert.All(pages, page => Assert.True(page.Count <= (query.MaxResults ?? 200), query.ToString()));
            Assert.All(pages.SkipLast(1), page => Assert.True(page.Count == (query.MaxResults ?? 200), query.ToString()));
            Assert.True(pages is [_] || pages[^1].Count > 0, $"{query} ends with an empty page");
        }
    }

    private Gen<World> Worlds() =>
        from count in Gen.Choose(0, 40)
        from sessions in Sessions().ArrayOf(count)
        from queries in Queries(count).ArrayOf(6)
        select new World([.. sessions.Select((session, i) => session with { Id = $"{session.Id}-{i}" })], queries);

    private Gen<Session> Sessions() =>
        from name in Gen.Elements("alice", "bob", "user.name@example.com", "a=b,c")
        from status in Gen.Elements(Enum.GetValues<SessionStatus>())
        from type in Gen.Frequency((3, Gen.Constant(AccessType.Standard)), (1, Gen.Constant(AccessType.JustInTime)))
        from target in Gen.Elements(Targets)
        from owner in Gen.Elements(Owners)
        from start in Dates()
        select TestServerSessions.NewSession(name, start, status, end: Clock.GetUtcNow()) with { Target = target, Owner = owner, AccessType = type };

    /// <summary>Few dates, so that several sessions share one, a millisecond or an hour apart.</summary>
    private Gen<DateTimeOffset> Dates() =>
        from hours in Gen.Choose(0, 3)
        from milliseconds in Gen.Choose(0, 2)
        select Clock.GetUtcNow().AddHours(-hours).AddMilliseconds(-milliseconds);

    private Gen<SessionQuery> Queries(int sessions) =>
        from state in Gen.Elements(Enum.GetValues<SessionState>())
        from count in Gen.Choose(0, 3)
        from filters in Filters(sessions).ArrayOf(count)
        from pageSize in Gen.OneOf(Gen.Choose(1, 9).Select(size => (int?)size), Gen.Constant((int?)null))
        select new SessionQuery(state, filters) { MaxResults = pageSize };

    private Gen<(string Key, string Value)> Filters(int sessions) => Gen.OneOf(
        Gen.Elements([.. Targets, "i-9"]).Select(value => ("Target", value)),
        Gen.Elements([.. Owners, "alice"]).Select(value => ("Owner", value)),
        Gen.Elements([.. Enum.GetNames<SessionStatus>(), "None"]).Select(value => ("Status", value)),
        Gen.Elements("Standard", "JustInTime").Select(value => ("AccessType", value)),
        Gen.Choose(0, Math.Max(0, sessions)).Select(i => ("SessionId", $"alice-{i}")),
        Dates().Select(date => ("InvokedAfter", date.ToString("O"))),
        Dates().Select(date => ("InvokedBefore", date.ToString("O"))));

    private sealed record World(IReadOnlyList<Session> Sessions, IReadOnlyList<SessionQuery> Queries)
    {
        public override string ToString() =>
            string.Join('\n', [.. Sessions.Select(s => $"{s.Id} {s.Target} {s.Owner} {s.Status} {s.AccessType} {s.StartDate:O}"), .. Queries.Select(q => q.ToString())]);
    }
}
