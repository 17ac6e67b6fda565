using System.Globalization;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Testing.Sessions;

public abstract partial class SessionListContract
{
    private static readonly string[] Targets = ["i-00000000000000001", "mi-00000000000000002", "ecs:cluster_0003_0003"];
    private static readonly string[] Owners =
    [
        "arn:aws:iam::000000000000:user/alice", "arn:aws:iam::000000000000:user/team/bob",
        "arn:aws:sts::000000000000:assumed-role/Admin/carol@example.com",
    ];

    [Fact]
    public async Task Each_filter_lists_what_it_names()
    {
        var sessions = Mixed();
        await Server.InjectAsync(sessions);

        foreach (var state in Enum.GetValues<SessionState>())
        {
            Assert.NotEmpty((await ListPageAsync(new SessionQuery(state))).Ids);
            foreach (var filter in AllFilters(sessions))
                await AssertListedAsync(new SessionQuery(state, filter), sessions);
        }
    }

    [Fact]
    public async Task Every_pair_of_filters_lists_what_both_name()
    {
        var sessions = Mixed();
        await Server.InjectAsync(sessions);
        var filters = AllFilters(sessions);

        foreach (var state in Enum.GetValues<SessionState>())
        {
            foreach (var first in filters)
            {
                foreach (var second in filters)
                    await AssertListedAsync(new SessionQuery(state, first, second), sessions);
            }
        }
    }

    [Fact]
    public async Task Six_filters_must_all_hold()
    {
        var sessions = Mixed();
        await Server.InjectAsync(sessions);
        var wanted = sessions[7];

        var query = new SessionQuery(
            wanted.State,
            ("Target", wanted.Target),
            ("Owner", wanted.Owner),
            ("Status", wanted.Status.Name()),
            ("AccessType", wanted.AccessType.Name()),
            ("InvokedAfter", Iso(wanted.StartDate)),
            ("SessionId", wanted.Id));

        Assert.Equal([wanted.Id], (await ListPageAsync(query)).Ids);
    }

    [Fact]
    public async Task Dates_are_compared_to_the_millisecond()
    {
        var start = Clock.GetUtcNow().AddHours(-1);
        await Server.InjectAsync(TestServerSessions.NewSession("s-1", start.AddMilliseconds(5)));

        await AssertFoundAsync("InvokedAfter", start, found: true);
        await AssertFoundAsync("InvokedAfter", start.AddMilliseconds(5), found: true);
        await AssertFoundAsync("InvokedAfter", start.AddMilliseconds(5).AddTicks(1), found: false);
        await AssertFoundAsync("InvokedAfter", start.AddMilliseconds(6), found: false);
        await AssertFoundAsync("InvokedBefore", start, found: false);
        await AssertFoundAsync("InvokedBefore", start.AddMilliseconds(5), found: false);
        await AssertFoundAsync("InvokedBefore", start.AddMilliseconds(5).AddTicks(1), found: true);
        await AssertFoundAsync("InvokedBefore", start.AddMilliseconds(6), found: true);

        async Task AssertFoundAsync(string key, DateTimeOffset date, bool found)
        {
            var text = date.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
            Assert.Equal(found, (await ListPageAsync(new SessionQuery(SessionState.Active, (key, text)))).Ids.Count == 1);
        }
    }

    [Theory]
    [InlineData("2026-01-01T10:00:00Z")]
    [InlineData("2026-01-01T10:00:00")]
    [InlineData("2026-01-01T10:00:00.000Z")]
    [InlineData("2026-01-01T12:00:00+02:00")]
    [InlineData("2026-01-01T10:00Z")]
    [InlineData("2026-01-01T09:59:59.9999999Z")]
    public async Task A_date_may_have_an_offset_or_a_fraction(string date)
    {
        var ten = new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero);
        await Server.InjectAsync(TestServerSessions.NewSession("s-1", ten.AddSeconds(-1)), TestServerSessions.NewSession("s-2", ten));

        Assert.Equal(["s-2"], (await ListPageAsync(new SessionQuery(SessionState.Active, ("InvokedAfter", date)))).Ids);
        Assert.Equal(["s-1"], (await ListPageAsync(new SessionQuery(SessionState.Active, ("InvokedBefore", date)))).Ids);
    }

    [Fact]
    public async Task Dates_outside_of_what_is_kept_are_bounds_like_others()
    {
        await Server.InjectAsync(TestServerSessions.NewSession("s-1", Clock.GetUtcNow()));

        foreach (var (key, date, found) in new[]
        {
            ("InvokedAfter", "0001-01-01T00:00:00Z", true), ("InvokedBefore", "0001-01-01T00:00:00Z", false),
            ("InvokedAfter", "9999-12-31T23:59:59Z", false), ("InvokedBefore", "9999-12-31T23:59:59.9999999Z", true),
        })
        {
            Assert.Equal(found, (await ListPageAsync(new SessionQuery(SessionState.Active, (key, date)))).Ids.Count == 1);
        }
    }

    [Fact]
    public async Task A_tenant_sees_its_own_sessions_only()
    {
        var mine = TestServerSessions.NewSession("s-1", Clock.GetUtcNow());
        await Server.InjectAsync(
            mine, mine with { Id = "s-2", Tenant = new("000000000000", "eu-west-1") }, mine with { Id = "s-3", Tenant = new("111122223333", "us-east-1") });

        Assert.Equal(["s-1"], await ListAllAsync(new SessionQuery(SessionState.Active)));
        Assert.Equal(["s-2"], await ListAllAsync(new SessionQuery(SessionState.Active) { Region = "eu-west-1" }));
        Assert.Equal(["s-3"], await ListAllAsync(new SessionQuery(SessionState.Active, ("Target", mine.Target)) { Account = "111122223333" }));
        Assert.Empty(await ListAllAsync(new SessionQuery(SessionState.Active, ("SessionId", "s-1")) { Account = "111122223333" }));
    }

    private async Task AssertListedAsync(SessionQuery query, IReadOnlyList<Session> sessions)
    {
        var (ids, token) = await ListPageAsync(query);
        Assert.True(token is null && ids.SequenceEqual(query.Expected(sessions)), $"{query}: {string.Join(' ', ids)} {token}");
    }

    /// <summary>Sessions of every status, target, owner and access type, three of them at each date.</summary>
    private Session[] Mixed()
    {
        var statuses = Enum.GetValues<SessionStatus>();
        return
        [
            .. Enumerable.Range(0, 54).Select(i =>
                TestServerSessions.NewSession($"s-{i * 37 % 54:D2}", Clock.GetUtcNow().AddHours(-1 - (i / 3)), statuses[i % 6]) with
                {
                    Target = Targets[i / 6 % 3],
                    Owner = Owners[i / 18 % 3],
                    AccessType = i % 4 == 0 ? AccessType.JustInTime : AccessType.Standard,
                }),
        ];
    }

    /// <summary>Values of every key: some that are there, some that are not, the first, the last and the middle date.</summary>
    private static IReadOnlyList<(string Key, string Value)> AllFilters(IReadOnlyList<Session> sessions) =>
    [
        ("Target", Targets[0]), ("Target", Targets[2]), ("Target", "i-00000000000000009"),
        ("Owner", Owners[0]), ("Owner", Owners[2]), ("Owner", "alice"),
        ("Status", "Connected"), ("Status", "Disconnected"), ("Status", "Terminated"), ("Status", "Failed"), ("Status", "connected"),
        ("SessionId", sessions[0].Id), ("SessionId", sessions[9].Id), ("SessionId", "s-99"),
        ("AccessType", "Standard"), ("AccessType", "JustInTime"), ("AccessType", "None"),
        ("InvokedAfter", Iso(sessions[30].StartDate)), ("InvokedAfter", Iso(sessions[0].StartDate.AddHours(1))),
        ("InvokedBefore", Iso(sessions[24].StartDate)), ("InvokedBefore", Iso(sessions[^1].StartDate)),
    ];

    private static string Iso(DateTimeOffset date) => date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
