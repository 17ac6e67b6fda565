using SsmSessions.Core.Store;

namespace SsmSessions.Testing.Store;

public abstract partial class TableContract
{
    [Fact]
    public async Task A_wait_for_what_has_changed_already_is_over_at_once()
    {
        await PutAsync(NewItem(Key, version: 3));

        await WaitForChangeAsync(Key, 2).WaitAsync(Deadline);
        await WaitForChangeAsync(Key, 0).WaitAsync(Deadline);
        await WaitForChangeAsync(new ItemKey("p", "absent"), 1).WaitAsync(Deadline);
    }

    /// <summary>What changes the item of <see cref="Key"/>, whose version is 3.</summary>
    public static TheoryData<string> Changes => ["put", "delete", "put in a transaction", "put among many", "increment", "clear"];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_wakes_who_waits_for_it(string change)
    {
        if (change == "increment")
            await Table.IncrementAsync(Key, 3, CancellationToken.None);
        else
            await PutAsync(NewItem(Key, version: 3));
        var other = new ItemKey("p", "other");
        var waiting = WaitForChangeAsync(Key, 3);
        var waitingForOther = WaitForChangeAsync(other, 0);

        await PutAsync(NewItem(other));
        await waitingForOther.WaitAsync(Deadline);
        Assert.False(waiting.IsCompleted);

        await ChangeAsync(change);
        await waiting.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_put_wakes_who_waits_for_an_absent_item()
    {
        var waiting = WaitForChangeAsync(Key, 0);
        Assert.False(waiting.IsCompleted);

        await PutAsync(NewItem(Key));

        await waiting.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_change_wakes_all_who_wait_for_it()
    {
        await PutAsync(NewItem(Key, version: 1));
        var waiting = Enumerable.Range(0, Callers).Select(_ => WaitForChangeAsync(Key, 1)).ToList();
        var waitingForNext = WaitForChangeAsync(Key, 2);
        await waitingForNext.WaitAsync(Deadline);

        await PutAsync(NewItem(Key, version: 2));

        await Task.WhenAll(waiting).WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_change_does_not_wake_who_knows_it()
    {
        await PutAsync(NewItem(Key, version: 1));
        var knowsOld = WaitForChangeAsync(Key, 1);
        await PutAsync(NewItem(Key, version: 2));
        await knowsOld.WaitAsync(Deadline);

        var knowsNew = WaitForChangeAsync(Key, 2);
        var knowsOldStill = WaitForChangeAsync(Key, 1);
        await knowsOldStill.WaitAsync(Deadline);
        Assert.False(knowsNew.IsCompleted);

        await PutAsync(NewItem(Key, version: 3));
        await knowsNew.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_refused_write_wakes_nobody()
    {
        await PutAsync(NewItem(Key, version: 1));
        var waiting = WaitForChangeAsync(Key, 1);

        Assert.False(await PutAsync(NewItem(Key, version: 2), Precondition.Absent));
        await WaitForChangeAsync(Key, 7).WaitAsync(Deadline);
        Assert.False(waiting.IsCompleted);

        await DeleteAsync(Key);
        await waiting.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_wait_can_be_given_up_and_begun_again()
    {
        await PutAsync(NewItem(Key, version: 1));
        using var giveUp = new CancellationTokenSource();
        var givenUp = Table.WaitForChangeAsync(Key, 1, giveUp.Token);
        var patient = WaitForChangeAsync(Key, 1);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.WaitAsync(Deadline));

        var again = WaitForChangeAsync(Key, 1);
        await PutAsync(NewItem(Key, version: 2));
        await Task.WhenAll(patient, again).WaitAsync(Deadline);
    }

    private Task WaitForChangeAsync(ItemKey key, long knownVersion) => Table.WaitForChangeAsync(key, knownVersion, CancellationToken.None);

    private async Task ChangeAsync(string change)
    {
        var next = NewItem(Key, version: 4);
        switch (change)
        {
            case "put":
                await PutAsync(next);
                break;
            case "delete":
                await DeleteAsync(Key);
                break;
            case "put in a transaction":
                await TransactAsync(TableWrite.Put(next), TableWrite.Put(NewItem("beside")));
                break;
            case "put among many":
                await Table.PutManyAsync([NewItem("beside"), next], CancellationToken.None);
                break;
            case "increment":
                await Table.IncrementAsync(Key, 1, CancellationToken.None);
                break;
            default:
                await Table.ClearAsync(new HashSet<string> { StoreSchema.ServicePartition }, CancellationToken.None);
                break;
        }
    }
}
