using SsmSessions.Core.Store;

namespace SsmSessions.Testing.Store;

public abstract partial class TableContract
{
    /// <summary>The table itself (null), and each index.</summary>
    public static TheoryData<TableIndex?> TableAndIndexes => new(Enum.GetValues<TableIndex>().Select(index => (TableIndex?)index).Prepend(null));

    [Theory]
    [MemberData(nameof(TableAndIndexes))]
    public async Task A_partition_is_read_in_the_order_of_its_sort_key(TableIndex? index)
    {
        foreach (var sort in new[] { "d", "b", "a", "e", "c" })
            await PutAsync(NewItemAt(index, "mine", sort));
        await PutAsync(NewItemAt(index, "other", "bb"));
        await PutAsync(NewItemAt(index, "min", "bbb"));

        Assert.Equal(["a", "b", "c", "d", "e"], await TextsAsync(new TableQuery(index, "mine")));
        Assert.Equal(["e", "d", "c", "b", "a"], await TextsAsync(new TableQuery(index, "mine") { Descending = true }));
        Assert.Empty(await TextsAsync(new TableQuery(index, "nobody's")));
    }

    [Theory]
    [MemberData(nameof(TableAndIndexes))]
    public async Task The_lower_bound_is_in_and_the_upper_bound_is_out(TableIndex? index)
    {
        await Table.PutManyAsync([.. "abcdefg".Select(c => NewItemAt(index, "a", $"{c}"))], CancellationToken.None);

        foreach (var descending in new[] { false, true })
        {
            async Task AssertRange(string expected, string? from, string? to) => Assert.Equal(
                expected,
                string.Concat((await TextsAsync(new TableQuery(index, "a") { From = from, To = to, Descending = descending })).Order()));

            await AssertRange("abcdefg", null, null);
            await AssertRange("cdefg", "c", null);
            await AssertRange("ab", null, "c");
            await AssertRange("bcd", "b", "e");
            await AssertRange("cdef", "bb", "ff");
            await AssertRange("g", "g", null);
            await AssertRange("", "ga", null);
            await AssertRange("", null, "a");
            await AssertRange("a", "a", "aa");
            await AssertRange("", "c", "c");
            await AssertRange("", "e", "b");
            await AssertRange("abc", "", "d");
            await AssertRange("", null, "");
            await AssertRange("", "", "");
        }
    }

    [Theory]
    [MemberData(nameof(TableAndIndexes))]
    public async Task A_limit_cuts_at_the_end_that_is_read_last(TableIndex? index)
    {
        await Table.PutManyAsync([.. "abcdefg".Select(c => NewItemAt(index, "a", $"{c}"))], CancellationToken.None);

        Assert.Equal(["a"], await TextsAsync(new TableQuery(index, "a") { Limit = 1 }));
        Assert.Equal(["g", "f", "e"], await TextsAsync(new TableQuery(index, "a") { Limit = 3, Descending = true }));
        Assert.Equal(["b", "c"], await TextsAsync(new TableQuery(index, "a") { From = "b", To = "e", Limit = 2 }));
        Assert.Equal(["d", "c"], await TextsAsync(new TableQuery(index, "a") { From = "b", To = "e", Limit = 2, Descending = true }));
        Assert.Equal(["d", "c", "b"], await TextsAsync(new TableQuery(index, "a") { From = "b", To = "e", Limit = 3, Descending = true }));
        Assert.Equal(7, (await TextsAsync(new TableQuery(index, "a") { Limit = 7 })).Count);
        Assert.Equal(7, (await TextsAsync(new TableQuery(index, "a") { Limit = 8 })).Count);
    }

    [Theory]
    [MemberData(nameof(TableAndIndexes))]
    public async Task Paging_by_the_last_sort_key_misses_and_doubles_nothing(TableIndex? index)
    {
        var sorts = Enumerable.Range(0, 57).Select(i => $"{i * 7:0000}").ToList();
        await Table.PutManyAsync([.. sorts.Select(sort => NewItemAt(index, "a", sort))], CancellationToken.None);
        await Table.PutManyAsync([.. sorts.Select(sort => NewItemAt(index, "b", sort + "x"))], CancellationToken.None);

        await AssertPagesAsync(from: null, [.. sorts.AsEnumerable().Reverse()]);
        await AssertPagesAsync(from: "0064", [.. sorts.Skip(10).Reverse()]);

        async Task AssertPagesAsync(string? from, string[] expected)
        {
            string? last = null;
            foreach (var page in expected.Chunk(10).Append([]))
            {
                Assert.Equal(page, await TextsAsync(new TableQuery(index, "a") { From = from, To = last, Descending = true, Limit = 10 }));
                last = page.LastOrDefault();
            }
        }
    }

    [Fact]
    public async Task A_query_of_the_table_returns_whole_items()
    {
        var item = NewItem(Key, "text", version: 4) with
        {
            ExpiresAt = Clock.GetUtcNow().AddHours(1),
            Indexes = new IndexKeys { Sort = "1", State = "a", Deadline = "d", DeadlineSort = "2" },
        };
        await PutAsync(item);

        AssertSame(item, Assert.Single(await QueryAsync(new TableQuery(null, "p"))));
        AssertSame(item, Assert.Single(await QueryAsync(new TableQuery(null, "p") { Consistent = true })));
    }

    [Fact]
    public async Task An_index_returns_key_and_body_and_its_own_sort_key()
    {
        await PutAsync(NewItem(Key, "text", version: 4) with
        {
            ExpiresAt = Clock.GetUtcNow().AddHours(1),
            Indexes = new IndexKeys { Sort = "1", State = "a", Owner = "o", Deadline = "d", DeadlineSort = "2" },
        });
        var expected = NewItem(Key, "text", version: 0);

        AssertSame(expected with { Indexes = new IndexKeys { Sort = "1" } }, Assert.Single(await QueryAsync(new TableQuery(TableIndex.ByState, "a"))));
        AssertSame(
            expected with { Indexes = new IndexKeys { DeadlineSort = "2" } }, Assert.Single(await QueryAsync(new TableQuery(TableIndex.ByDeadline, "d"))));
    }

    [Theory]
    [MemberData(nameof(TableAndIndexes))]
    public async Task Text_is_ordered_by_its_UTF8_bytes(TableIndex? index)
    {
        string[] odd =
        [
            "\u0001", " ", "!", "#", "%", "'", "-", "/", "0", "10", "9", "A", "AA", "B", "\\", "_", "a", "a\0b", "a ", "ab", "z", "~", "\u007F",
            "é", "ß", "İ", "中", "\uE000", "\uFFFD", "\U0001F680", "\U0010FFFF",
        ];
        await Table.PutManyAsync([.. odd.Select((sort, i) => NewItemAt(index, "a", sort) with { Body = BodyOf($"{i:00}") })], CancellationToken.None);

        var order = odd.Select((sort, i) => (Bytes: System.Text.Encoding.UTF8.GetBytes(sort), Name: $"{i:00}"))
            .Order(Comparer<(byte[] Bytes, string Name)>.Create((x, y) => x.Bytes.AsSpan().SequenceCompareTo(y.Bytes)))
            .Select(entry => entry.Name)
            .ToList();
        Assert.Equal(order, await TextsAsync(new TableQuery(index, "a")));
        for (var i = 0; i < order.Count; i++)
        {
            var bound = odd[int.Parse(order[i])];
            Assert.Equal(order[i..], await TextsAsync(new TableQuery(index, "a") { From = bound }));
            Assert.Equal(order[..i], await TextsAsync(new TableQuery(index, "a") { To = bound }));
        }
    }

    [Fact]
    public async Task Odd_characters_in_keys_come_back_as_they_were()
    {
        foreach (var text in new[] { "a\0b", "a b\tc", "'; DROP TABLE items; --", "%_", "grüße", "\uFFFD\uE000", "🚀", "\"{}\"", "A", "a" })
        {
            var item = NewItem(new ItemKey(text, text)) with { Indexes = new IndexKeys { Sort = text, State = text } };
            await PutAsync(item, Precondition.Absent);

            AssertSame(item, await GetAsync(item.Key));
            Assert.Equal(item.Key, Assert.Single(await QueryAsync(new TableQuery(TableIndex.ByState, text))).Key);
        }
    }

    [Fact]
    public async Task A_query_returns_no_more_than_the_limit_of_the_port()
    {
        await Table.PutManyAsync([.. Enumerable.Range(0, TableLimits.QueryItems + 4).Select(i => NewItem($"{i:0000}"))], CancellationToken.None);

        var found = await QueryAsync(new TableQuery(null, "p") { Consistent = true });

        Assert.Equal(TableLimits.QueryItems, found.Count);
        Assert.Equal($"{TableLimits.QueryItems - 1:0000}", found[^1].Key.Sort);
    }

    [Fact]
    public async Task Large_items_do_not_shorten_a_page()
    {
        var body = TextOfBytes(TableLimits.BodyBytes);
        for (var i = 0; i < 8; i++)
            await PutAsync(NewItemAt(TableIndex.ByOwner, "a", $"{i}") with { Body = body });

        var found = await QueryAsync(new TableQuery(TableIndex.ByOwner, "a") { Limit = 7, Descending = true });

        Assert.Equal(["7", "6", "5", "4", "3", "2", "1"], found.Select(item => item.Indexes!.Sort));
    }

    [Fact]
    public async Task A_query_that_no_engine_could_answer_is_refused_at_once()
    {
        TableQuery[] bad =
        [
            new(null, ""),
            new(null, new string('p', TableLimits.PartitionBytes + 1)),
            new(null, "p") { Limit = 0 },
            new(null, "p") { Limit = TableLimits.QueryItems + 1 },
            new(null, "p") { To = new string('s', (2 * TableLimits.SortBytes) + 1) },
            new(TableIndex.ByState, "p") { Consistent = true },
        ];

        foreach (var query in bad)
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await QueryAsync(query));
    }
}
