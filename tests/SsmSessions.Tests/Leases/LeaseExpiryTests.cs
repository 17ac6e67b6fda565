using SsmSessions.Core.Leases;
using SsmSessions.Testing;
using static SsmSessions.Tests.Leases.LeaseHosts;

namespace SsmSessions.Tests.Leases;

/// <summary>Time to live (spec/consul-sessions.md §4.2). The clock of the service is moved; that of waiting runs.</summary>
public sealed class LeaseExpiryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_lease_that_is_not_renewed_lives_twice_its_time(int count)
    {
        await using var hosts = await LeaseHosts.StartAsync(count);
        var lease = await LeaseAsync(hosts.One, ttlSeconds: 10);
        var forever = await LeaseAsync(hosts.One);

        hosts.Time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.True(await hosts.One.RenewAsync(forever.Id, default));
        Assert.NotNull((await hosts.One.ReadAsync(default)).FindLease(lease.Id));

        hosts.Time.Advance(TimeSpan.FromSeconds(0.1));
        await IsGoneAsync(hosts.One, lease);

        Assert.False(await hosts.One.RenewAsync(lease.Id, default));
        Assert.NotNull(hosts.One.Known.FindLease(forever.Id));
    }

    [Fact]
    public async Task Renewal_begins_anew_and_changes_nothing()
    {
        await using var hosts = await LeaseHosts.StartAsync();
        var lease = await LeaseAsync(hosts.One, ttlSeconds: 10);
        var before = hosts.One.Known;

        hosts.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.True(await hosts.One.RenewAsync(lease.Id.ToUpperInvariant(), default));
        Assert.Same(before, hosts.One.Known);
        hosts.Time.Advance(TimeSpan.FromSeconds(19));
        Assert.True(await hosts.One.RenewAsync(lease.Id, default));

        hosts.Time.Advance(TimeSpan.FromSeconds(20));
        await IsGoneAsync(hosts.One, lease);
    }

    [Fact]
    public async Task A_renewal_by_one_host_counts_for_the_other()
    {
        await using var hosts = await LeaseHosts.StartAsync(hosts: 2);
        var lease = await LeaseAsync(hosts.One, ttlSeconds: 10);
        var witness = await LeaseAsync(hosts.One, ttlSeconds: 10);

        hosts.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.True(await hosts.Other.RenewAsync(lease.Id, default));
        Assert.True(await hosts.Other.RenewAsync(lease.Id, default));
        hosts.Time.Advance(TimeSpan.FromSeconds(5));
        await IsGoneAsync(hosts.One, witness);
        Assert.True(await hosts.One.RenewAsync(lease.Id, default));

        hosts.Time.Advance(TimeSpan.FromSeconds(20));
        await IsGoneAsync(hosts.Other, lease);
        Assert.False(await hosts.Other.RenewAsync(lease.Id, default));
    }

    [Fact]
    public async Task A_restart_gives_every_lease_its_full_time_again()
    {
        await using var hosts = await LeaseHosts.StartAsync();
        var lease = await LeaseAsync(hosts.One, ttlSeconds: 10);
        await DoAsync(hosts.One, Acquire("k", lease));
        hosts.Time.Advance(TimeSpan.FromSeconds(9.5));
        await hosts.One.DisposeAsync();
        hosts.Time.Advance(TimeSpan.FromHours(1));

        var again = await hosts.AddAsync();
        hosts.Time.Advance(TimeSpan.FromSeconds(19));
        Assert.True((await DoAsync(again, Put("now"))).Done);
        Assert.NotNull(again.Known.FindLease(lease.Id));

        hosts.Time.Advance(TimeSpan.FromSeconds(1));
        await IsGoneAsync(again, lease);
        Assert.Null(again.Known.Keys.Find("k")!.Session);
    }

    [Fact]
    public async Task A_clock_that_was_put_back_is_no_reason_to_live_on()
    {
        await using var hosts = await LeaseHosts.StartAsync();
        var clock = new SsmSessions.Core.AdjustableTimeProvider(hosts.Time);
        await hosts.One.DisposeAsync();
        await using var host = new LeaseRegistry(hosts.Table, clock, TimeProvider.System);
        await host.OpenAsync(default);
        clock.Offset = TimeSpan.FromDays(1);
        var lease = await LeaseAsync(host, ttlSeconds: 10);
        clock.Offset = TimeSpan.Zero;

        Assert.True(await host.RenewAsync(lease.Id, default));
        hosts.Time.Advance(TimeSpan.FromSeconds(20));

        await IsGoneAsync(host, lease);
    }

    [Fact]
    public async Task Many_leases_end_at_once()
    {
        await using var hosts = await LeaseHosts.StartAsync(hosts: 2);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => LeaseAsync(hosts.One, ttlSeconds: 10)));

        hosts.Time.Advance(TimeSpan.FromSeconds(20));

        await Eventually.IsTrueAsync(() => hosts.Other.Known.Leases.IsEmpty, Patience);
    }

    private static Task IsGoneAsync(LeaseRegistry host, Lease lease) =>
        Eventually.IsTrueAsync(() => host.Known.FindLease(lease.Id) is null, Patience);
}
