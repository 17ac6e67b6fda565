using SsmSessions.Core.Store;

namespace SsmSessions.Testing.Store;

public abstract partial class TableContract
{
    [Fact]
    public async Task An_item_is_only_in_the_indexes_it_names()
    {
        await PutAsync(NewItem("none", "none"));
        await PutAsync(NewItem("sort only", "sort only") with { Indexes = new IndexKeys { Sort = "1", DeadlineSort = "1" } });
        await PutAsync(NewItem("some", "some") with { Indexes = new IndexKeys { Sort = "2", State = "x", Host = "x" } });
        await PutAsync(NewItem("deadline", "deadline") with { Indexes = new IndexKeys { Deadline = "x", DeadlineSort = "3" } });

        foreach (var index in Enum.GetValues<TableIndex>())
        {
            string[] expected = index switch
            {
                TableIndex.ByState or TableIndex.ByHost => ["some"],
                TableIndex.ByDeadline => ["deadline"],
                _ => [],
            };
            Assert.Equal(expected, await TextsAsync(new TableQuery(index, "x")));
        }
    }

    [Theory]
    [MemberData(nameof(TableAndIndexes))]
    public async Task An_item_moves_between_the_partitions_of_an_index(TableIndex? index)
    {
        if (index is not { } moved)
            return;
        await PutAsync(NewItem(Key, "before") with { Indexes = IndexedAt(moved, "old", "5") });

        Assert.True(await PutAsync(NewItem(Key, "after", version: 2) with { Indexes = IndexedAt(moved, "new", "4") }, Precondition.VersionIs(1)));

        Assert.Empty(await TextsAsync(new TableQuery(moved, "old")));
        Assert.Equal(["after"], await TextsAsync(new TableQuery(moved, "new")));
        Assert.Equal(["after"], await TextsAsync(new TableQuery(moved, "new") { From = "4", To = "5" }));
    }

    [Fact]
    public async Task An_item_that_moves_in_one_index_stays_in_the_others()
    {
        var indexes = new IndexKeys { Sort = "1", State = "open", Owner = "me", Target = "there" };
        await PutAsync(NewItem(Key, "before") with { Indexes = indexes });

        await PutAsync(NewItem(Key, "after") with { Indexes = indexes with { State = "closed", Target = null } });

        Assert.Empty(await TextsAsync(new TableQuery(TableIndex.ByState, "open")));
        Assert.Equal(["after"], await TextsAsync(new TableQuery(TableIndex.ByState, "closed")));
        Assert.Equal(["after"], await TextsAsync(new TableQuery(TableIndex.ByOwner, "me")));
        Assert.Empty(await TextsAsync(new TableQuery(TableIndex.ByTarget, "there")));
    }

    [Theory]
    [InlineData("replaced")]
    [InlineData("deleted")]
    [InlineData("replaced among many")]
    public async Task An_item_leaves_the_indexes(string how)
    {
        await PutAsync(NewItem(Key) with
        {
            Indexes = new IndexKeys { Sort = "1", State = "x", Owner = "x", Target = "x", Status = "x", Host = "x", Deadline = "x", DeadlineSort = "1" },
        });
        foreach (var index in Enum.GetValues<TableIndex>())
            Assert.Single(await QueryAsync(new TableQuery(index, "x")));

        if (how == "replaced")
            await PutAsync(NewItem(Key));
        else if (how == "deleted")
            await DeleteAsync(Key);
        else
            await Table.PutManyAsync([NewItem(Key)], CancellationToken.None);

        foreach (var index in Enum.GetValues<TableIndex>())
            Assert.Empty(await QueryAsync(new TableQuery(index, "x")));
    }

    [Fact]
    public async Task An_item_that_was_read_through_an_index_is_read_anew_once_it_is_written()
    {
        var indexes = new IndexKeys { Sort = "1", State = "x", Owner = "x", Target = "x", Status = "x", Host = "x", Deadline = "x", DeadlineSort = "1" };
        foreach (var text in (string[])["first", "second", "third"])
        {
            if (text == "third")
                await DeleteAsync(Key);
            await PutAsync(NewItem(Key, text) with { Indexes = indexes });

            foreach (var index in Enum.GetValues<TableIndex>())
                Assert.Equal([text], await TextsAsync(new TableQuery(index, "x")));
        }
    }

    [Fact]
    public async Task A_refused_write_moves_nothing_in_the_indexes()
    {
        await PutAsync(NewItem(Key, "there") with { Indexes = new IndexKeys { Sort = "1", State = "old" } });

        Assert.False(await PutAsync(NewItem(Key, "late") with { Indexes = new IndexKeys { Sort = "1", State = "new" } }, Precondition.Absent));

        Assert.Equal(["there"], await TextsAsync(new TableQuery(TableIndex.ByState, "old")));
        Assert.Empty(await TextsAsync(new TableQuery(TableIndex.ByState, "new")));
    }
}
