using SsmSessions.Core.Store;

namespace SsmSessions.Testing.Store;

public abstract partial class TableContract
{
    /// <summary>The state of the item (its version is 3 where it has one), the precondition, and whether it holds.</summary>
    public static TheoryData<string, string, bool> PreconditionCases => new()
    {
        { "absent", "none", true },
        { "absent", "absent", true },
        { "absent", "present", false },
        { "absent", "version 3", false },
        { "present", "none", true },
        { "present", "absent", false },
        { "present", "present", true },
        { "present", "version 3", true },
        { "present", "version 4", false },
        { "expiring", "absent", false },
        { "expiring", "present", true },
        { "expiring", "version 3", true },
        { "expired", "none", true },
        { "expired", "absent", true },
        { "expired", "present", false },
        { "expired", "version 3", false },
    };

    [Theory]
    [MemberData(nameof(PreconditionCases))]
    public async Task A_put_happens_if_its_precondition_holds(string state, string precondition, bool holds)
    {
        var before = await GivenAsync(state);

        Assert.Equal(holds, await PutAsync(NewItem(Key, "new", version: 4), PreconditionOf(precondition)));

        await AssertPutAsync(holds, before);
    }

    [Theory]
    [MemberData(nameof(PreconditionCases))]
    public async Task A_delete_happens_if_its_precondition_holds(string state, string precondition, bool holds)
    {
        var before = await GivenAsync(state);

        Assert.Equal(holds, await DeleteAsync(Key, PreconditionOf(precondition)));

        await AssertDeletedAsync(holds, before);
    }

    [Theory]
    [MemberData(nameof(PreconditionCases))]
    public async Task A_check_says_whether_its_precondition_holds(string state, string precondition, bool holds)
    {
        var before = await GivenAsync(state);

        Assert.Equal(holds, await Table.WriteAsync(TableWrite.Check(Key, PreconditionOf(precondition)), CancellationToken.None));

        await AssertDeletedAsync(deleted: false, before);
    }

    [Theory]
    [MemberData(nameof(PreconditionCases))]
    public async Task A_transaction_happens_if_the_precondition_of_its_put_holds(string state, string precondition, bool holds)
    {
        var before = await GivenAsync(state);

        Assert.Equal(holds, await TransactAsync(
            TableWrite.Put(NewItem("beside")), TableWrite.Put(NewItem(Key, "new", version: 4), PreconditionOf(precondition))));

        await AssertPutAsync(holds, before);
        Assert.Equal(holds, await GetAsync(new ItemKey("p", "beside")) is not null);
    }

    [Theory]
    [MemberData(nameof(PreconditionCases))]
    public async Task A_transaction_happens_if_the_precondition_of_its_delete_holds(string state, string precondition, bool holds)
    {
        var before = await GivenAsync(state);

        Assert.Equal(holds, await TransactAsync(TableWrite.Delete(Key, PreconditionOf(precondition)), TableWrite.Put(NewItem("beside"))));

        await AssertDeletedAsync(holds, before);
        Assert.Equal(holds, await GetAsync(new ItemKey("p", "beside")) is not null);
    }

    [Theory]
    [MemberData(nameof(PreconditionCases))]
    public async Task A_transaction_happens_if_the_precondition_of_its_check_holds(string state, string precondition, bool holds)
    {
        var before = await GivenAsync(state);

        Assert.Equal(holds, await TransactAsync(TableWrite.Put(NewItem("beside")), TableWrite.Check(Key, PreconditionOf(precondition))));

        await AssertDeletedAsync(deleted: false, before);
        Assert.Equal(holds, await GetAsync(new ItemKey("p", "beside")) is not null);
    }

    [Fact]
    public async Task A_writer_that_read_an_old_version_is_refused()
    {
        await PutAsync(NewItem(Key, "one", version: 1), Precondition.Absent);
        Assert.True(await PutAsync(NewItem(Key, "two", version: 2), Precondition.VersionIs(1)));

        Assert.False(await PutAsync(NewItem(Key, "late", version: 2), Precondition.VersionIs(1)));

        AssertSame(NewItem(Key, "two", version: 2), await GetAsync(Key));
        Assert.True(await PutAsync(NewItem(Key, "three", version: 3), Precondition.VersionIs(2)));
    }

    [Fact]
    public async Task A_version_is_whatever_its_writer_says()
    {
        Assert.True(await PutAsync(NewItem(Key, version: long.MaxValue)));
        Assert.True(await PutAsync(NewItem(Key, version: 12), Precondition.VersionIs(long.MaxValue)));

        Assert.Equal(12, (await GetAsync(Key))!.Version);
    }

    private static Precondition PreconditionOf(string name) => name switch
    {
        "none" => Precondition.None,
        "absent" => Precondition.Absent,
        "present" => Precondition.Present,
        "version 3" => Precondition.VersionIs(3),
        "version 4" => Precondition.VersionIs(4),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>Brings the item into a state, and returns it as it can be read then.</summary>
    private async Task<Item?> GivenAsync(string state)
    {
        var item = NewItem(Key, "before", version: 3);
        if (state is "expiring" or "expired")
            item = item with { ExpiresAt = Clock.GetUtcNow().AddSeconds(1) };
        if (state != "absent")
            await PutAsync(item);
        if (state == "expired")
            Clock.Advance(TimeSpan.FromSeconds(1));
        return state is "absent" or "expired" ? null : item;
    }

    private async Task AssertPutAsync(bool put, Item? before)
    {
        if (put)
            AssertSame(NewItem(Key, "new", version: 4), await GetAsync(Key));
        else
            await AssertDeletedAsync(deleted: false, before);
    }

    private async Task AssertDeletedAsync(bool deleted, Item? before)
    {
        if (deleted || before is null)
            Assert.Null(await GetAsync(Key));
        else
            AssertSame(before, await GetAsync(Key));
    }
}
