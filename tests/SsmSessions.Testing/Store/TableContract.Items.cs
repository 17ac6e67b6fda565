using System.Text;
using SsmSessions.Core.Store;

namespace SsmSessions.Testing.Store;

public abstract partial class TableContract
{
    private static readonly ItemKey Key = new("p", "s");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_item_that_was_put_is_found_whole(bool consistent)
    {
        var item = NewItem(Key, "grüße, 世界 🚀", version: 7) with
        {
            ExpiresAt = Clock.GetUtcNow().AddDays(30),
            Indexes = new IndexKeys
            {
                Sort = "sort",
                State = "state",
                Owner = "owner",
                Target = "target",
                Status = "status",
                Host = "host",
                Deadline = "deadline",
                DeadlineSort = "deadline sort",
            },
        };

        Assert.True(await PutAsync(item));

        AssertSame(item, await Table.GetAsync(Key, consistent, CancellationToken.None));
    }

    [Fact]
    public async Task What_was_never_put_is_not_found()
    {
        await PutAsync(NewItem(Key));

        Assert.Null(await GetAsync(new ItemKey("p", "other")));
        Assert.Null(await GetAsync(new ItemKey("other", "s")));
        Assert.Null(await GetAsync(new ItemKey("s", "p")));
    }

    [Fact]
    public async Task A_put_replaces_the_item_whole()
    {
        await PutAsync(NewItem(Key, "old", version: 3) with
        {
            ExpiresAt = Clock.GetUtcNow().AddDays(1),
            Indexes = new IndexKeys { Sort = "1", State = "a", Deadline = "d", DeadlineSort = "2" },
        });
        var replacement = NewItem(Key, "new", version: 2);

        Assert.True(await PutAsync(replacement));

        AssertSame(replacement, await GetAsync(Key));
    }

    [Fact]
    public async Task A_deleted_item_is_gone()
    {
        await PutAsync(NewItem(Key));
        await PutAsync(NewItem("neighbour"));

        Assert.True(await DeleteAsync(Key));

        Assert.Null(await GetAsync(Key));
        Assert.NotNull(await GetAsync(new ItemKey("p", "neighbour")));
    }

    [Fact]
    public async Task Deleting_what_is_absent_is_fine() => Assert.True(await DeleteAsync(Key));

    [Fact]
    public async Task A_body_of_the_largest_size_is_kept()
    {
        var largest = NewItem(Key) with { Body = TextOfBytes(TableLimits.BodyBytes) };

        Assert.True(await PutAsync(largest));

        AssertSame(largest, await GetAsync(Key));
    }

    [Fact]
    public async Task Keys_of_the_largest_size_are_kept_beside_the_largest_body()
    {
        var partition = new string('p', TableLimits.PartitionBytes);
        var sort = new string('s', TableLimits.SortBytes);
        var largest = new Item(new ItemKey(partition, sort), TextOfBytes(TableLimits.BodyBytes))
        {
            Indexes = new IndexKeys
            {
                Sort = sort,
                State = partition,
                Owner = partition,
                Target = partition,
                Status = partition,
                Host = partition,
                Deadline = partition,
                DeadlineSort = sort,
            },
        };

        Assert.True(await PutAsync(largest));

        AssertSame(largest, await GetAsync(largest.Key));
        Assert.Single(await QueryAsync(new TableQuery(TableIndex.ByHost, partition)));
    }

    public static TheoryData<string> Unstorable =>
        ["a body too large", "no body", "a body that is not UTF-8", "a partition too long", "a sort key too long", "no partition", "no sort key",
         "half a surrogate pair", "version 0", "an index without its sort key", "a deadline without its sort key"];

    [Theory]
    [MemberData(nameof(Unstorable))]
    public async Task What_no_engine_could_keep_is_refused_at_once(string what)
    {
        var good = NewItem(Key);
        var bad = what switch
        {
            "a body too large" => good with { Body = TextOfBytes(TableLimits.BodyBytes + 1) },
            "no body" => good with { Body = default },
            "a body that is not UTF-8" => good with { Body = new byte[] { (byte)'"', 0xC3, (byte)'"' } },
            "a partition too long" => good with { Key = new ItemKey("a" + new string('é', TableLimits.PartitionBytes / 2), "s") },
            "a sort key too long" => good with { Key = new ItemKey("p", "a" + new string('é', TableLimits.SortBytes / 2)) },
            "no partition" => good with { Key = new ItemKey("", "s") },
            "no sort key" => good with { Key = new ItemKey("p", "") },
            "half a surrogate pair" => good with { Key = new ItemKey("p", "\uD83D") },
            "version 0" => good with { Version = 0 },
            "an index without its sort key" => good with { Indexes = new IndexKeys { State = "a", DeadlineSort = "1" } },
            "a deadline without its sort key" => good with { Indexes = new IndexKeys { Deadline = "a", Sort = "1" } },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        await Assert.ThrowsAnyAsync<ArgumentException>(() => PutAsync(bad));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Table.WriteAsync([TableWrite.Put(bad), TableWrite.Delete(new ItemKey("p", "b"))], CancellationToken.None));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Table.PutManyAsync([bad], CancellationToken.None));
        Assert.Null(await GetAsync(Key));
    }

    [Fact]
    public async Task Many_items_are_put_over_what_is_there()
    {
        await PutAsync(NewItem("007", "old", version: 9));
        var items = Enumerable.Range(0, 130).Select(i => NewItem($"{i:000}", $"new {i}")).ToList();

        await Table.PutManyAsync(items, CancellationToken.None);

        var found = await QueryAsync(new TableQuery(null, "p") { Consistent = true });
        Assert.Equal(items.Count, found.Count);
        Assert.All(items.Zip(found), pair => AssertSame(pair.First, pair.Second));
    }

    [Fact]
    public async Task Of_many_items_the_last_one_of_a_key_counts()
    {
        await Table.PutManyAsync([NewItem("a", "first"), NewItem("b"), NewItem("a", "last")], CancellationToken.None);

        Assert.Equal(TextOf(NewItem("a", "last")), TextOf(await GetAsync(new ItemKey("p", "a"))));
    }

    [Fact]
    public async Task Putting_no_items_is_fine() => await Table.PutManyAsync([], CancellationToken.None);

    [Fact]
    public async Task A_counter_begins_at_zero_and_adds()
    {
        Assert.Equal(1, await Table.IncrementAsync(Key, 1, CancellationToken.None));
        Assert.Equal(6, await Table.IncrementAsync(Key, 5, CancellationToken.None));
        Assert.Equal(4, await Table.IncrementAsync(Key, -2, CancellationToken.None));
        Assert.Equal(4, await Table.IncrementAsync(Key, 0, CancellationToken.None));
        Assert.Equal(1, await Table.IncrementAsync(new ItemKey("p", "other"), 1, CancellationToken.None));
    }

    [Fact]
    public async Task The_value_of_a_counter_is_the_version_of_its_item()
    {
        await Table.IncrementAsync(Key, 42, CancellationToken.None);

        Assert.Equal(42, (await GetAsync(Key))!.Version);
    }

    [Fact]
    public async Task Clearing_keeps_the_partitions_it_is_told_to_keep()
    {
        foreach (var partition in new[] { "kept", "also kept", "p", "q" })
        {
            foreach (var sort in new[] { "1", "2" })
                await PutAsync(NewItem(new ItemKey(partition, sort)) with { Indexes = new IndexKeys { Sort = $"{partition}{sort}", State = "a" } });
        }

        await Table.IncrementAsync(new ItemKey("counters", "c"), 5, CancellationToken.None);

        await Table.ClearAsync(new HashSet<string> { "kept", "also kept", StoreSchema.ServicePartition }, CancellationToken.None);

        var left = await QueryAsync(new TableQuery(TableIndex.ByState, "a"));
        Assert.Equal(["also kept/1", "also kept/2", "kept/1", "kept/2"], left.Select(item => $"{item.Key.Partition}/{item.Key.Sort}"));
        Assert.Empty(await QueryAsync(new TableQuery(null, "p") { Consistent = true }));
        Assert.Equal(1, await Table.IncrementAsync(new ItemKey("counters", "c"), 1, CancellationToken.None));
        await StoreSchema.EnsureAsync(Table, CancellationToken.None);
    }

    [Fact]
    public async Task Clearing_may_keep_nothing()
    {
        await Table.PutManyAsync([.. Enumerable.Range(0, 60).Select(i => NewItem($"{i}"))], CancellationToken.None);

        await Table.ClearAsync(new HashSet<string>(), CancellationToken.None);

        Assert.Empty(await QueryAsync(new TableQuery(null, "p") { Consistent = true }));
        Assert.Empty(await QueryAsync(new TableQuery(null, StoreSchema.ServicePartition) { Consistent = true }));
    }

    [Fact]
    public async Task An_open_table_knows_its_schema_version()
    {
        var schema = Assert.Single(await QueryAsync(new TableQuery(null, StoreSchema.ServicePartition) { Consistent = true }));

        Assert.Equal($$"""{"version":{{StoreSchema.Version}}}""", TextOf(schema));
    }

    private static ReadOnlyMemory<byte> TextOfBytes(int bytes) => Encoding.UTF8.GetBytes('"' + new string('x', bytes - 2) + '"');
}
