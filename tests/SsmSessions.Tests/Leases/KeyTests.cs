using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using static SsmSessions.Tests.Leases.LeaseHosts;

namespace SsmSessions.Tests.Leases;

/// <summary>Keys and locks (spec/consul-sessions.md §4.3, §4.4, §7).</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private LeaseHosts _hosts = null!;

    private LeaseRegistry Host => _hosts.One;

    public async ValueTask InitializeAsync() => _hosts = await LeaseHosts.StartAsync();

    public ValueTask DisposeAsync() => _hosts.DisposeAsync();

    [Fact]
    public async Task A_key_is_acquired_once_and_again_by_its_holder()
    {
        var (a, b) = (await LeaseAsync(Host), await LeaseAsync(Host));

        Assert.True((await DoAsync(Host, Acquire("k", a))).Done);
        Assert.True((await DoAsync(Host, Acquire("k", a))).Done);
        Assert.False((await DoAsync(Host, Acquire("k", b))).Done);

        var entry = Host.Known.Keys.Find("k")!;
        Assert.Equal((a.Id, 1ul), (entry.Session, entry.LockIndex));
    }

    [Fact]
    public async Task Released_by_its_holder_it_can_be_acquired_at_once()
    {
        var (a, b) = (await LeaseAsync(Host, lockDelaySeconds: 15), await LeaseAsync(Host));
        await DoAsync(Host, Acquire("k", a));

        Assert.False((await DoAsync(Host, Put("k") with { Release = b.Id })).Done);
        Assert.False((await DoAsync(Host, Put("k") with { Release = a.Id.ToUpperInvariant() })).Done);
        Assert.True((await DoAsync(Host, Put("k", "last words") with { Release = a.Id })).Done);
        Assert.True((await DoAsync(Host, Acquire("k", b))).Done);

        Assert.Equal(2ul, Host.Known.Keys.Find("k")!.LockIndex);
    }

    [Fact]
    public async Task A_lease_that_ends_gives_its_keys_back_at_one_index_and_nobody_gets_them_during_the_delay()
    {
        var (a, b) = (await LeaseAsync(Host, lockDelaySeconds: 3), await LeaseAsync(Host));
        for (var i = 0; i < 150; i++)
            await DoAsync(Host, Acquire($"k{i}", a));

        var end = await DoAsync(Host, new EndLease(a.Id.ToUpperInvariant()));

        Assert.All(end.State.Keys.Under("k"), key => Assert.Equal((null, end.State.Index), (key.Session, key.ModifyIndex)));
        Assert.Equal(end.State.Index, end.State.LeasesIndex);
        Assert.False((await DoAsync(Host, Acquire("k7", b))).Done);
        Assert.False((await DoAsync(Host, Put("k7") with { Acquire = "nobody" })).Done);
        Assert.True((await DoAsync(Host, Put("k7", "written all the same"))).Done);
        Assert.True((await DoAsync(Host, new DeleteKey("k8"))).Done);
        Assert.False((await DoAsync(Host, Acquire("k8", b))).Done);

        _hosts.Time.Advance(TimeSpan.FromSeconds(3.1));

        Assert.True((await DoAsync(Host, Acquire("k7", b))).Done);
        Assert.True((await DoAsync(Host, Acquire("k8", b))).Done);
    }

    [Theory]
    [InlineData(120, 60)]
    [InlineData(-5, 0)]
    [InlineData(0, 0)]
    public async Task A_delay_takes_effect_up_to_a_minute(double asked, double effective)
    {
        var (a, b) = (await LeaseAsync(Host, lockDelaySeconds: asked), await LeaseAsync(Host));
        await DoAsync(Host, Acquire("k", a));
        await DoAsync(Host, new EndLease(a.Id));

        if (effective > 0)
        {
            _hosts.Time.Advance(TimeSpan.FromSeconds(effective - 1));
            Assert.False((await DoAsync(Host, Acquire("k", b))).Done);
            _hosts.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True((await DoAsync(Host, Acquire("k", b))).Done);
    }

    [Fact]
    public async Task A_clock_that_was_ahead_holds_nobody_up()
    {
        var clock = new SsmSessions.Core.AdjustableTimeProvider(TimeProvider.System);
        await using var host = new LeaseRegistry(_hosts.Table, clock, TimeProvider.System);
        await _hosts.One.DisposeAsync();
        await host.OpenAsync(default);
        var (a, b) = (await LeaseAsync(host, lockDelaySeconds: 15), await LeaseAsync(host));
        await DoAsync(host, Acquire("k", a));

        clock.Offset = TimeSpan.FromDays(1);
        await DoAsync(host, new EndLease(a.Id));
        Assert.False((await DoAsync(host, Acquire("k", b))).Done);
        clock.Offset = TimeSpan.Zero;

        Assert.True((await DoAsync(host, Acquire("k", b))).Done);
    }

    [Fact]
    public async Task A_lease_that_deletes_takes_its_keys_with_it_but_not_those_it_gave_back()
    {
        var lease = await LeaseAsync(Host, LeaseBehavior.Delete);
        await DoAsync(Host, Acquire("held", lease));
        await DoAsync(Host, Acquire("given back", lease));
        await DoAsync(Host, Put("given back") with { Release = lease.Id });
        await DoAsync(Host, Acquire("deleted and made again", lease));
        await DoAsync(Host, new DeleteKey("deleted and made again"));
        await DoAsync(Host, Put("deleted and made again"));

        var end = await DoAsync(Host, new EndLease(lease.Id));

        Assert.Equal(["deleted and made again", "given back"], end.State.Keys.Under("").Select(key => key.Key));
        Assert.Equal(end.State.Index, end.State.Keys.IndexUnder("held"));
    }

    [Fact]
    public async Task A_plain_write_leaves_the_holder_and_the_number_of_acquisitions()
    {
        var lease = await LeaseAsync(Host);
        await DoAsync(Host, Acquire("k", lease));

        await DoAsync(Host, Put("k", "from somebody else"));

        var entry = Host.Known.Keys.Find("k")!;
        Assert.Equal((lease.Id, 1ul), (entry.Session, entry.LockIndex));
    }

    [Fact]
    public async Task A_write_that_changes_nothing_takes_no_index()
    {
        var lease = await LeaseAsync(Host);
        await DoAsync(Host, Acquire("k", lease));
        var before = Host.Known;

        await DoAsync(Host, Put("k"));
        await DoAsync(Host, Acquire("k", lease));
        await DoAsync(Host, new DeleteKey("none"));
        await DoAsync(Host, new EndLease(LeaseId.Create()));

        Assert.Same(before, Host.Known);
    }

    [Fact]
    public async Task Compare_and_set_looks_at_the_index()
    {
        Assert.False((await DoAsync(Host, Put("k", "a") with { Cas = 5 })).Done);
        var first = await DoAsync(Host, Put("k", "a") with { Cas = 0 });
        Assert.True(first.Done);
        Assert.False((await DoAsync(Host, Put("k", "b") with { Cas = 0 })).Done);
        var second = await DoAsync(Host, Put("k", "b") with { Cas = first.State.Index });
        Assert.True(second.Done);

        Assert.False((await DoAsync(Host, new DeleteKey("k", first.State.Index))).Done);
        Assert.False((await DoAsync(Host, new DeleteKey("k", Cas: 0))).Done);
        Assert.True((await DoAsync(Host, new DeleteKey("k", second.State.Index))).Done);
        Assert.True((await DoAsync(Host, new DeleteKey("k", second.State.Index))).Done);
    }

    [Theory]
    [InlineData("", "missing session")]
    [InlineData("abc", "failed session lookup: index error: UUID must be 36 characters")]
    [InlineData("zaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "failed session lookup: index error: Invalid UUID: encoding/hex: invalid byte: U+007A 'z'")]
    [InlineData("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "invalid session \"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee\"")]
    public async Task Only_a_lease_acquires(string session, string refusal) =>
        Assert.Equal(refusal, (await DoAsync(Host, Put("k") with { Acquire = session })).Refusal);

    [Fact]
    public async Task Keys_come_in_the_order_of_their_bytes()
    {
        string[] keys = ["b", "a/", "a", "a\uffee", "a\U0001F600", "A", "a/b"];
        foreach (var key in keys)
            await DoAsync(Host, Put(key));

        Assert.Equal(["A", "a", "a/", "a/b", "a\uffee", "a\U0001F600", "b"], Host.Known.Keys.Under("").Select(key => key.Key));
        Assert.Equal(["a/", "a/b"], Host.Known.Keys.Under("a/").Select(key => key.Key));
    }

    [Fact]
    public async Task A_deletion_counts_under_its_prefix_for_a_quarter_of_an_hour()
    {
        await DoAsync(Host, Put("p/a"));
        var deleted = await DoAsync(Host, new DeleteKeysUnder("p/"));
        await DoAsync(Host, Put("elsewhere"));
        Assert.Equal(deleted.State.Index, Host.Known.Keys.IndexUnder("p/"));

        _hosts.Time.Advance(TimeSpan.FromMinutes(15));
        await DoAsync(Host, Put("elsewhere", "again"));

        Assert.Null(Host.Known.Keys.IndexUnder("p/"));
    }

    [Fact]
    public async Task A_transaction_is_done_whole_or_not_at_all()
    {
        var lease = await LeaseAsync(Host);
        KeyOperation[] good =
        [
            new(KeyVerb.CheckNotExists, "k"),
            new(KeyVerb.Lock, "k") { Session = lease.Id, Value = new byte[] { 1 } },
            new(KeyVerb.CheckSession, "k") { Session = lease.Id },
            new(KeyVerb.Get, "k"),
        ];
        var done = await DoAsync(Host, new KeyTransaction([.. good]));
        Assert.True(done.Done);
        Assert.Equal([0, 0, 1], done.Transaction!.Results.Select(entry => entry.Value.Length));
        Assert.All(done.Transaction.Results, entry => Assert.Equal(done.State.Index, entry.ModifyIndex));

        var before = Host.Known;
        var failed = await DoAsync(Host, new KeyTransaction([new(KeyVerb.Set, "other"), new(KeyVerb.Cas, "k") { Index = 1 }, new(KeyVerb.Get, "none")]));

        Assert.Equal(
            [new KeyOperationError(1, "failed to set key \"k\", index is stale"), new KeyOperationError(2, "key \"none\" doesn't exist")],
            failed.Transaction!.Errors);
        Assert.Same(before, Host.Known);
    }
}
