using SsmSessions.Core.Faults;
using SsmSessions.Core.Identity;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.Store;

namespace SsmSessions.Tests.Faults;

/// <summary>Rules of faults: whom they concern, how often, how long, and on how many hosts.</summary>
public sealed class FaultRulesTests : IAsyncLifetime
{
    private static readonly FaultSite Site = new FaultSite(FrontEnd.AwsJson) { Action = "StartSession", Target = TestServer.Node, Session = "test-1" }
        .In(new Tenant("111122223333", "eu-west-1"));

    private readonly ManualTimeProvider _time = new();
    private readonly SqliteTable _table;
    private readonly FaultRules _rules;

    public FaultRulesTests()
    {
        _table = new SqliteTable(new SqliteTableOptions(), _time);
        _rules = OnHost("one");
    }

    public async ValueTask InitializeAsync() => await _table.OpenAsync(default);

    public async ValueTask DisposeAsync()
    {
        _rules.Dispose();
        await _table.DisposeAsync();
    }

    public static TheoryData<FaultRule> Misses => new(
        new FaultRule { FrontEnd = FrontEnd.Consul },
        new FaultRule { Action = "startsession" },
        new FaultRule { Account = "000000000000" },
        new FaultRule { Region = "us-east-1" },
        new FaultRule { Target = "i-00000000000000001" },
        new FaultRule { Session = "test-2" },
        new FaultRule { Host = "two" });

    [Theory]
    [MemberData(nameof(Misses))]
    public async Task A_rule_for_something_else_does_not_happen(FaultRule rule)
    {
        await _rules.AddAsync(rule with { Effect = FaultEffect.Throttle });

        Assert.Null(await TakeAsync());
    }

    [Fact]
    public async Task A_rule_that_asks_for_everything_there_is_happens()
    {
        await _rules.AddAsync(new FaultRule
        {
            Effect = FaultEffect.Throttle,
            FrontEnd = FrontEnd.AwsJson,
            Action = "StartSession",
            Account = "111122223333",
            Region = "eu-west-1",
            Target = TestServer.Node,
            Session = "test-1",
            Host = "one",
        });

        Assert.NotNull(await TakeAsync());
    }

    [Fact]
    public async Task A_rule_skips_then_happens_as_often_as_it_may()
    {
        await _rules.AddAsync(new FaultRule { Effect = FaultEffect.Throttle, Skip = 2, Count = 3 });

        Assert.Equal("..xxx..", await PatternAsync(_rules, 7));
        var report = Assert.Single(await _rules.ListAsync());
        Assert.Equal((3, true), (report.Fired, report.IsOver));
    }

    [Fact]
    public async Task Two_hosts_share_a_count()
    {
        using var two = OnHost("two");
        await _rules.AddAsync(new FaultRule { Effect = FaultEffect.Throttle, Count = 5 });
        await two.RefreshAsync(default);

        var taken = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => TakeAsync(i % 2 == 0 ? _rules : two))));

        Assert.Equal(5, taken.Count(rule => rule is not null));
    }

    [Fact]
    public async Task A_host_follows_what_another_sets_and_removes()
    {
        using var two = OnHost("two");
        using var stop = new CancellationTokenSource();
        var following = two.FollowAsync(failure => Assert.Fail(failure.ToString()), stop.Token);
        var fault = await _rules.AddAsync(new FaultRule { Effect = FaultEffect.Throttle });
        await Eventually.IsTrueAsync(() => two.AreAny, TimeSpan.FromSeconds(20));
        await TakeAsync(two);

        Assert.True(await _rules.RemoveAsync(fault.Id));
        await Eventually.IsTrueAsync(() => !two.AreAny, TimeSpan.FromSeconds(20));
        Assert.False(await _rules.RemoveAsync(fault.Id));
        await stop.CancelAsync();
        await following;
    }

    [Fact]
    public async Task The_same_seed_draws_the_same()
    {
        await _rules.AddAsync(new FaultRule { Effect = FaultEffect.Throttle, Probability = 0.3, Seed = 7 });
        var first = await PatternAsync(_rules, 200);
        await _rules.RemoveAllAsync();
        await _rules.AddAsync(new FaultRule { Effect = FaultEffect.Throttle, Probability = 0.3, Seed = 7 });

        Assert.Equal(first, await PatternAsync(_rules, 200));
        Assert.InRange(first.Count(sign => sign == 'x'), 30, 90);
        Assert.Equal(first.Count(sign => sign == 'x'), Assert.Single(await _rules.ListAsync()).Fired);
    }

    [Fact]
    public async Task A_rule_is_over_when_its_time_is()
    {
        await _rules.AddAsync(new FaultRule { Effect = FaultEffect.Freeze, Seconds = 30 });
        Assert.True(_rules.Holds(FaultEffect.Freeze, Site));
        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.True(_rules.Holds(FaultEffect.Freeze, Site));
        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.False(_rules.Holds(FaultEffect.Freeze, Site));
        Assert.True(Assert.Single(await _rules.ListAsync()).IsOver);
    }

    [Fact]
    public async Task Rules_outlive_the_process()
    {
        await _rules.AddAsync(new FaultRule { Effect = FaultEffect.Throttle, Count = 2 });
        await TakeAsync();
        using var next = OnHost("one");
        await next.RefreshAsync(default);

        Assert.Equal("x..", await PatternAsync(next, 3));
    }

    [Fact]
    public async Task There_are_so_many_rules_and_no_more()
    {
        for (var i = 0; i < FaultRules.MostRules; i++)
            await _rules.AddAsync(new FaultRule { Effect = FaultEffect.Lose, Count = 1 });

        await Assert.ThrowsAsync<FaultRefusedException>(() => _rules.AddAsync(new FaultRule { Effect = FaultEffect.Lose, Count = 1 }));
        await _rules.RemoveAllAsync();
        Assert.Empty(await _rules.ListAsync());
        Assert.False(_rules.AreAny);
    }

    private FaultRules OnHost(string name) => new(new SharedTable(_table), name, _time, TimeProvider.System);

    private Task<FaultRule?> TakeAsync() => TakeAsync(_rules);

    private static async Task<FaultRule?> TakeAsync(FaultRules rules) => await rules.TakeAsync(effect => effect == FaultEffect.Throttle, Site, default);

    private static async Task<string> PatternAsync(FaultRules rules, int times)
    {
        var pattern = new char[times];
        for (var i = 0; i < times; i++)
            pattern[i] = await TakeAsync(rules) is null ? '.' : 'x';
        return new string(pattern);
    }
}
