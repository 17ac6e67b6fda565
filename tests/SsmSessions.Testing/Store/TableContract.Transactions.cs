using SsmSessions.Core.Store;

namespace SsmSessions.Testing.Store;

public abstract partial class TableContract
{
    [Fact]
    public async Task A_transaction_puts_deletes_and_checks_at_once()
    {
        await PutAsync(NewItem("old", version: 5));
        await PutAsync(NewItem("guard", version: 2));

        Assert.True(await TransactAsync(
            TableWrite.Put(NewItem("new"), Precondition.Absent),
            TableWrite.Delete(new ItemKey("p", "old"), Precondition.VersionIs(5)),
            TableWrite.Check(new ItemKey("p", "guard"), Precondition.VersionIs(2)),
            TableWrite.Check(new ItemKey("p", "nobody"), Precondition.Absent),
            TableWrite.Put(NewItem(new ItemKey("q", "elsewhere")))));

        Assert.NotNull(await GetAsync(new ItemKey("p", "new")));
        Assert.NotNull(await GetAsync(new ItemKey("q", "elsewhere")));
        Assert.Null(await GetAsync(new ItemKey("p", "old")));
        Assert.Equal(2, (await GetAsync(new ItemKey("p", "guard")))!.Version);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task One_refused_write_refuses_them_all(int refused)
    {
        RequireTransactions(items: 10);
        await PutAsync(NewItem(refused.ToString(), "there"));
        var writes = Enumerable.Range(0, 10).Select(i => TableWrite.Put(NewItem(i.ToString(), "new"), Precondition.Absent)).ToList();

        Assert.False(await Table.WriteAsync(writes, CancellationToken.None));

        var left = Assert.Single(await QueryAsync(new TableQuery(null, "p") { Consistent = true }));
        AssertSame(NewItem(refused.ToString(), "there"), left);
    }

    [Fact]
    public async Task A_refused_transaction_deletes_nothing()
    {
        await PutAsync(NewItem("a"));
        await PutAsync(NewItem("b", version: 8));

        Assert.False(await TransactAsync(TableWrite.Delete(new ItemKey("p", "a")), TableWrite.Delete(new ItemKey("p", "b"), Precondition.VersionIs(7))));

        Assert.Equal(2, (await QueryAsync(new TableQuery(null, "p") { Consistent = true })).Count);
    }

    [Fact]
    public async Task A_transaction_takes_as_many_writes_as_the_limit_says()
    {
        RequireTransactions(TableLimits.TransactionItems);
        var writes = Enumerable.Range(0, TableLimits.TransactionItems).Select(i => TableWrite.Put(NewItem($"{i:00}"), Precondition.Absent)).ToList();

        Assert.True(await Table.WriteAsync(writes, CancellationToken.None));
        Assert.False(await Table.WriteAsync(writes, CancellationToken.None));

        Assert.Equal(TableLimits.TransactionItems, (await QueryAsync(new TableQuery(null, "p") { Consistent = true })).Count);
    }

    [Fact]
    public async Task A_transaction_takes_bodies_up_to_the_limit()
    {
        RequireTransactions(items: 8);
        var body = TextOfBytes(TableLimits.TransactionBytes / 8);
        var writes = Enumerable.Range(0, 8).Select(i => TableWrite.Put(NewItem($"{i}") with { Body = body })).ToList();

        Assert.True(await Table.WriteAsync(writes, CancellationToken.None));

        Assert.Equal(8, (await QueryAsync(new TableQuery(null, "p") { Consistent = true })).Count);
    }

    [Fact]
    public async Task A_transaction_beyond_the_limits_is_refused_at_once()
    {
        var many = Enumerable.Range(0, TableLimits.TransactionItems + 1).Select(i => TableWrite.Put(NewItem($"{i:00}"))).ToList();
        var body = TextOfBytes(TableLimits.BodyBytes);
        var large = Enumerable.Range(0, 9).Select(i => TableWrite.Put(NewItem($"{i}") with { Body = body })).ToList();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => Table.WriteAsync([], CancellationToken.None));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Table.WriteAsync(many, CancellationToken.None));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Table.WriteAsync(large, CancellationToken.None));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => Table.WriteAsync([TableWrite.Put(NewItem(Key)), TableWrite.Delete(Key)], CancellationToken.None));
        Assert.Empty(await QueryAsync(new TableQuery(null, "p") { Consistent = true }));
    }

    [Fact]
    public async Task A_transaction_of_one_write_is_that_write()
    {
        Assert.True(await Table.WriteAsync([TableWrite.Put(NewItem(Key), Precondition.Absent)], CancellationToken.None));
        Assert.False(await Table.WriteAsync([TableWrite.Put(NewItem(Key), Precondition.Absent)], CancellationToken.None));
        Assert.True(await Table.WriteAsync([TableWrite.Check(Key, Precondition.Present)], CancellationToken.None));
        Assert.True(await Table.WriteAsync([TableWrite.Delete(Key, Precondition.Present)], CancellationToken.None));
        Assert.Null(await GetAsync(Key));
    }

    [Fact]
    public async Task A_transaction_of_checks_that_ask_for_nothing_holds() =>
        Assert.True(await TransactAsync(TableWrite.Check(Key, Precondition.None), TableWrite.Check(new ItemKey("p", "b"), Precondition.None)));

    [Fact]
    public async Task A_transaction_moves_items_in_the_indexes()
    {
        Item At(string sort, string state) => NewItem(sort, sort) with { Indexes = new IndexKeys { Sort = sort, State = state } };
        await PutAsync(At("a", "open"));
        await PutAsync(At("b", "open"));

        Assert.True(await TransactAsync(TableWrite.Put(At("a", "closed")), TableWrite.Delete(new ItemKey("p", "b")), TableWrite.Put(At("c", "open"))));

        Assert.Equal(["c"], await TextsAsync(new TableQuery(TableIndex.ByState, "open")));
        Assert.Equal(["a"], await TextsAsync(new TableQuery(TableIndex.ByState, "closed")));
    }
}
