using System.Globalization;
using System.Text;
using SsmSessions.Core.Store;

namespace SsmSessions.Testing.Store;

public abstract partial class TableContract
{
    private const int Callers = 32;

    [Fact]
    public async Task A_counter_gives_each_of_many_callers_numbers_of_his_own()
    {
        var numbers = await AtOnceAsync(async _ =>
        {
            var mine = new List<long>();
            for (var i = 0; i < 5; i++)
                mine.Add(await Table.IncrementAsync(Key, 1, CancellationToken.None));
            return mine;
        });

        Assert.All(numbers, mine => Assert.Equal(mine.Order(), mine));
        Assert.Equal(Enumerable.Range(1, Callers * 5).Select(i => (long)i), numbers.SelectMany(mine => mine).Order());
    }

    [Fact]
    public async Task Of_many_who_put_what_is_absent_one_wins()
    {
        var won = await AtOnceAsync(async caller => (caller, won: await PutAsync(NewItem(Key, $"{caller}"), Precondition.Absent)));

        var winner = Assert.Single(won, result => result.won).caller;
        AssertSame(NewItem(Key, $"{winner}"), await GetAsync(Key));
    }

    [Fact]
    public async Task Many_writers_who_ask_for_the_version_they_read_lose_no_update()
    {
        await PutAsync(NewItem(Key) with { Body = Encoding.UTF8.GetBytes("0") });

        await AtOnceAsync(async _ =>
        {
            for (var added = 0; added < 3;)
            {
                var read = (await GetAsync(Key))!;
                var next = long.Parse(Encoding.UTF8.GetString(read.Body.Span), CultureInfo.InvariantCulture) + 1;
                var changed = read with { Body = Encoding.UTF8.GetBytes($"{next}"), Version = read.Version + 1 };
                if (await PutAsync(changed, Precondition.VersionIs(read.Version)))
                    added++;
            }

            return true;
        });

        var last = (await GetAsync(Key))!;
        Assert.Equal($"{Callers * 3}", Encoding.UTF8.GetString(last.Body.Span));
        Assert.Equal(1 + (Callers * 3), last.Version);
    }

    [Fact]
    public async Task Concurrent_transactions_leave_what_they_keep_equal_equal()
    {
        RequireTransactions(items: 2);
        var a = new ItemKey("p", "a");
        var b = new ItemKey("q", "b");
        await TransactAsync(TableWrite.Put(NewItem(a)), TableWrite.Put(NewItem(b)));

        var won = await AtOnceAsync(async caller =>
        {
            var wins = 0;
            for (var i = 0; i < 3; i++)
            {
                var version = (await GetAsync(a))!.Version;
                wins += await TransactAsync(
                    TableWrite.Put(NewItem(a, $"{caller}", version + 1), Precondition.VersionIs(version)),
                    TableWrite.Put(NewItem(b, $"{caller}", version + 1), Precondition.VersionIs(version))) ? 1 : 0;
            }

            return wins;
        });

        var (left, right) = ((await GetAsync(a))!, (await GetAsync(b))!);
        Assert.Equal(TextOf(left), TextOf(right));
        Assert.Equal(left.Version, right.Version);
        Assert.Equal(1 + won.Sum(), left.Version);
    }

    private static async Task<IReadOnlyList<T>> AtOnceAsync<T>(Func<int, Task<T>> call) =>
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => call(caller)))).WaitAsync(TimeSpan.FromMinutes(2));
}
