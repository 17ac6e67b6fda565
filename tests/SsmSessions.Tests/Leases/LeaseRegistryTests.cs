using System.Collections.Immutable;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Core.Leases.Log;
using SsmSessions.Core.Store;
using static SsmSessions.Tests.Leases.LeaseHosts;

namespace SsmSessions.Tests.Leases;

/// <summary>The log: what one host does every host knows, also after a restart.</summary>
public sealed class LeaseRegistryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_host_that_starts_again_knows_everything()
    {
        await using var hosts = await LeaseHosts.StartAsync();
        var before = await FillAsync(hosts);
        await hosts.One.DisposeAsync();

        var again = await hosts.AddAsync();

        AssertSame(before, again.Known);
        Assert.True((await DoAsync(again, Put("more"))).Done);
        Assert.Equal(before.Index + 1, again.Known.Index);
    }

    [Fact]
    public async Task A_snapshot_holds_all_of_the_state()
    {
        await using var hosts = await LeaseHosts.StartAsync();
        var state = await FillAsync(hosts);

        var lines = Snapshot.Write(state).Select(line => new ReadOnlyMemory<byte>([.. line, (byte)'\n'])).ToArray();

        AssertSame(state, await Snapshot.ReadAsync(Pieces.LinesAsync(CutAsync(lines))));
    }

    [Fact]
    public async Task What_a_snapshot_covers_is_deleted_and_a_host_far_behind_reads_it()
    {
        await using var hosts = await LeaseHosts.StartAsync(hosts: 2);
        await hosts.Other.DisposeAsync();
        var value = new byte[100 * 1024];
        for (var i = 0; i < 1_500; i++)
        {
            Random.Shared.NextBytes(value.AsSpan(0, 64));
            await DoAsync(hosts.One, new PutKey($"k{i % 10}", value.AsMemory(0, i % 100 == 0 ? value.Length : 64).ToArray(), (ulong)i));
        }

        var log = new LeaseLog(hosts.Table, LeaseRegistry.Tenant);
        var head = (await log.ReadHeadAsync(default))!.Value;
        await log.WriteSnapshotAsync(head.Log, hosts.One.Known, default);

        Assert.Empty(await log.ReadEntriesAsync(head, LeaseState.FirstIndex + 1, default));
        AssertSame(hosts.One.Known, (await hosts.AddAsync()).Known);
    }

    [Fact]
    public async Task A_snapshot_may_end_with_a_large_value_and_an_older_one_replaces_no_newer_one()
    {
        await using var hosts = await LeaseHosts.StartAsync();
        var older = (await DoAsync(hosts.One, Put("a"))).State;
        await DoAsync(hosts.One, new PutKey("z", new byte[500 * 1024], Flags: 0));
        var log = new LeaseLog(hosts.Table, LeaseRegistry.Tenant);
        var head = (await log.ReadHeadAsync(default))!.Value;

        Assert.NotEqual(0, await log.WriteSnapshotAsync(head.Log, hosts.One.Known, default));
        Assert.Equal(0, await log.WriteSnapshotAsync(head.Log, older, default));
        Assert.Equal(0, await log.WriteSnapshotAsync(head.Log - 1, hosts.One.Known, default));

        AssertSame(hosts.One.Known, (await log.ReadSnapshotAsync(head, default))!.Value.State);
    }

    [Fact]
    public async Task Large_commands_at_once_find_their_way_into_several_entries()
    {
        await using var hosts = await LeaseHosts.StartAsync();
        var notes = new string('\u00e4', 20_000);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => DoAsync(hosts.One, new RegisterNode($"n{i}", new CatalogNode { Name = $"n{i}", Address = notes }))));

        Assert.All(outcomes, outcome => Assert.True(outcome.Done));
    }

    [Fact]
    public async Task A_value_larger_than_an_item_is_kept_whole()
    {
        await using var hosts = await LeaseHosts.StartAsync();
        var value = new byte[512 * 1024];
        Random.Shared.NextBytes(value);
        await DoAsync(hosts.One, new PutKey("large", value, Flags: ulong.MaxValue));
        await hosts.One.DisposeAsync();

        var entry = (await hosts.AddAsync()).Known.Keys.Find("large")!;

        Assert.Equal(value, entry.Value.ToArray());
        Assert.Equal(ulong.MaxValue, entry.Flags);
    }

    [Fact]
    public async Task What_one_host_answered_every_host_knows()
    {
        await using var hosts = await LeaseHosts.StartAsync(hosts: 2);
        for (var i = 0; i < 20; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (hosts.One, hosts.Other) : (hosts.Other, hosts.One);
            var written = await DoAsync(writer, Put("k", $"{i}"));

            var read = await reader.ReadAsync(default);

            Assert.Equal(written.State.Index, read.Keys.Find("k")!.ModifyIndex);
        }
    }

    [Fact]
    public async Task Of_two_hosts_one_gets_the_lock()
    {
        await using var hosts = await LeaseHosts.StartAsync(hosts: 2);
        var (a, b) = (await LeaseAsync(hosts.One), await LeaseAsync(hosts.Other));
        for (var i = 0; i < 30; i++)
        {
            var outcomes = await Task.WhenAll(DoAsync(hosts.One, Acquire($"k{i}", a)), DoAsync(hosts.Other, Acquire($"k{i}", b)));
            Assert.Single(outcomes, outcome => outcome.Done);
        }
    }

    [Fact]
    public async Task Hosts_that_write_at_once_lose_nothing_and_agree()
    {
        await using var hosts = await LeaseHosts.StartAsync(hosts: 2);
        var writes = Enumerable.Range(0, 400).Select(i => DoAsync(i % 2 == 0 ? hosts.One : hosts.Other, Put($"k{i}", $"{i}")));
        await Task.WhenAll(writes).WaitAsync(Patience);

        var (one, other) = (await hosts.One.ReadAsync(default), await hosts.Other.ReadAsync(default));

        Assert.Equal(400, one.Keys.Count);
        AssertSame(one, other);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_watches_is_woken_by_what_he_watches(bool byOther)
    {
        await using var hosts = await LeaseHosts.StartAsync(hosts: 2);
        using var key = hosts.One.Watch(LeaseTopic.Key("a/b"));
        using var prefix = hosts.One.Watch(LeaseTopic.KeysUnder("a/"));
        using var every = hosts.One.Watch(LeaseTopic.KeysUnder(""));
        using var leases = hosts.One.Watch(LeaseTopic.Leases, LeaseTopic.Key("x"));
        using var elsewhere = hosts.One.Watch(LeaseTopic.KeysUnder("b"));

        await DoAsync(byOther ? hosts.Other : hosts.One, Put("a/b"));

        await Task.WhenAll(key.Changed, prefix.Changed, every.Changed).WaitAsync(Patience);
        Assert.NotNull(hosts.One.Known.Keys.Find("a/b"));
        Assert.False(leases.Changed.IsCompleted);
        Assert.False(elsewhere.Changed.IsCompleted);

        await LeaseAsync(byOther ? hosts.Other : hosts.One);
        await leases.Changed.WaitAsync(Patience);
    }

    [Fact]
    public async Task After_a_reset_all_hosts_begin_anew()
    {
        await using var hosts = await LeaseHosts.StartAsync(hosts: 2);
        await FillAsync(hosts);
        await hosts.Other.ReadAsync(default);
        using var watch = hosts.Other.Watch(LeaseTopic.Leases);

        await hosts.One.ResetAsync(default);

        Assert.Equal(LeaseState.FirstIndex, hosts.One.Known.Index);
        await watch.Changed.WaitAsync(Patience);
        await DoAsync(hosts.Other, Put("new"));
        Assert.Equal(["new"], (await hosts.One.ReadAsync(default)).Keys.Under("").Select(key => key.Key));
    }

    [Fact]
    public async Task A_reset_is_seen_also_beside_commands_that_change_nothing()
    {
        await using var hosts = await LeaseHosts.StartAsync();
        var holder = await LeaseAsync(hosts.One);
        var other = await LeaseAsync(hosts.One);
        await DoAsync(hosts.One, Acquire("k", holder));
        using var stop = new CancellationTokenSource();
        var polling = Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
                await DoAsync(hosts.One, Acquire("k", other));
        }));

        await hosts.One.ResetAsync(default);

        Assert.Null(hosts.One.Known.FindLease(holder.Id));
        await stop.CancelAsync();
        await polling.WaitAsync(Patience);
    }

    [Fact]
    public async Task Who_watches_is_woken_once_however_much_changes()
    {
        await using var hosts = await LeaseHosts.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => DoAsync(hosts.One, Put($"p/{i}"))));
        var watches = Enumerable.Range(0, 50).Select(_ => hosts.One.Watch(LeaseTopic.KeysUnder("p/"), LeaseTopic.Key("p/7"))).ToArray();

        await DoAsync(hosts.One, new DeleteKeysUnder("p/"));

        await Task.WhenAll(watches.Select(watch => watch.Changed)).WaitAsync(Patience);
        foreach (var watch in watches)
            watch.Dispose();
        using var next = hosts.One.Watch(LeaseTopic.KeysUnder("p/"));
        await DoAsync(hosts.One, Put("p/new"));
        await next.Changed.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_host_that_stops_answers_nobody_any_more()
    {
        await using var hosts = await LeaseHosts.StartAsync();
        await hosts.One.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => DoAsync(hosts.One, Put("k")));
    }

    /// <summary>One of everything.</summary>
    private static async Task<LeaseState> FillAsync(LeaseHosts hosts)
    {
        var lease = await LeaseAsync(hosts.One, ttlSeconds: 3_600, lockDelaySeconds: 15);
        var lost = await LeaseAsync(hosts.One, lockDelaySeconds: 15);
        await DoAsync(hosts.One, new RegisterNode("n2", new CatalogNode
        {
            Name = "n2",
            Address = "10.0.0.2",
            Meta = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("b", "1").Add("B", "2"),
        })
        {
            Service = new CatalogService { Id = "web1", Service = "web", Tags = ["a", "b"], Port = 80 },
            Checks = [new CatalogCheck { CheckId = "web", ServiceId = "web1", Status = CatalogCheck.Warning }],
        });
        await DoAsync(hosts.One, Acquire("held \u00e4\U0001F600", lease));
        await DoAsync(hosts.One, Acquire("lost", lost));
        await DoAsync(hosts.One, Put("deleted"));
        await DoAsync(hosts.One, new DeleteKey("deleted"));
        return (await DoAsync(hosts.One, new EndLease(lost.Id))).State;
    }

    /// <summary>Pieces of odd sizes, so that lines begin and end anywhere in them.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> CutAsync(IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        await Task.CompletedTask;
        var all = lines.SelectMany(line => line.ToArray()).ToArray();
        for (var (at, size) = (0, 1); at < all.Length; (at, size) = (at + size, (size * 3) + 1))
            yield return all.AsMemory(at, Math.Min(size, all.Length - at));
    }

    private static void AssertSame(LeaseState expected, LeaseState actual) =>
        Assert.Equal(TextOf(expected), TextOf(actual));

    private static IEnumerable<string> TextOf(LeaseState state) => Snapshot.Write(state).Select(System.Text.Encoding.UTF8.GetString)
        .Concat(state.LeasesByNode.OrderBy(node => node.Key, StringComparer.Ordinal).Select(node => $"{node.Key}: {string.Join(' ', node.Value)}"))
        .Concat(state.HeldKeys.OrderBy(held => held.Key, StringComparer.Ordinal).Select(held => $"{held.Key}: {string.Join(' ', held.Value)}"));
}
