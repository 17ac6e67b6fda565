using SsmSessions.Core.Store;

namespace SsmSessions.Testing.Store;

public abstract partial class TableContract
{
    [Fact]
    public async Task An_item_is_there_until_the_second_it_expires()
    {
        await PutAsync(NewItem(Key) with { ExpiresAt = Clock.GetUtcNow().AddMinutes(2) });

        Clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await GetAsync(Key));

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await GetAsync(Key));
        Assert.Null(await Table.GetAsync(Key, consistent: false, CancellationToken.None));
    }

    [Fact]
    public async Task An_item_that_has_expired_before_it_is_put_is_never_there()
    {
        Assert.True(await PutAsync(NewItem(Key) with { ExpiresAt = Clock.GetUtcNow().AddYears(-1) }));

        Assert.Null(await GetAsync(Key));
        Assert.Empty(await QueryAsync(new TableQuery(null, "p") { Consistent = true }));
    }

    [Fact]
    public async Task A_put_over_an_expired_item_makes_it_new()
    {
        await PutAsync(NewItem(Key, "old", version: 9) with { ExpiresAt = Clock.GetUtcNow().AddSeconds(1) });
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await PutAsync(NewItem(Key, "new"), Precondition.Absent));

        AssertSame(NewItem(Key, "new"), await GetAsync(Key));
    }

    [Theory]
    [MemberData(nameof(TableAndIndexes))]
    public async Task Expired_items_are_left_out_of_queries(TableIndex? index)
    {
        await PutAsync(NewItemAt(index, "a", "1"));
        await PutAsync(NewItemAt(index, "a", "2") with { ExpiresAt = Clock.GetUtcNow().AddSeconds(1) });
        await PutAsync(NewItemAt(index, "a", "3") with { ExpiresAt = Clock.GetUtcNow().AddSeconds(2) });

        Assert.Equal(["1", "2", "3"], await TextsAsync(new TableQuery(index, "a")));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["1", "3"], await TextsAsync(new TableQuery(index, "a")));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["1"], await TextsAsync(new TableQuery(index, "a")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Expired_items_do_not_shorten_a_page(bool descending)
    {
        var soon = Clock.GetUtcNow().AddSeconds(1);
        var items = Enumerable.Range(0, 300).Select(i => NewItemAt(TableIndex.ByState, "a", $"{i:000}") with { ExpiresAt = i % 10 == 5 ? null : soon });
        await Table.PutManyAsync([.. items], CancellationToken.None);
        Clock.Advance(TimeSpan.FromSeconds(1));

        var page = await TextsAsync(new TableQuery(TableIndex.ByState, "a") { From = "010", To = "290", Limit = 12, Descending = descending });

        var live = Enumerable.Range(1, 28).Select(i => $"{(i * 10) + 5:000}");
        Assert.Equal((descending ? live.Reverse() : live).Take(12), page);
    }
}
