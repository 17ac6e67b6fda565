using System.Globalization;

namespace SsmSessions.Conformance.Tests.Consul.Linearizability;

/// <summary>The checker accepts histories that are right, and finds those that are not.</summary>
public sealed class LinearizabilityTests
{
    private static readonly KeyVersion One = new("one", Session: null, LockIndex: 0, ModifyIndex: 10);
    private static readonly KeyVersion Two = new("two", Session: null, LockIndex: 0, ModifyIndex: 20);
    private static readonly KeyVersion HeldByA = new("a", "A", LockIndex: 1, ModifyIndex: 10);
    private static readonly KeyVersion HeldByB = new("b", "B", LockIndex: 2, ModifyIndex: 30);

    [Fact]
    public void Nothing_is_explained() => AssertRight();

    [Fact]
    public void Writes_and_reads_one_after_the_other_are_right() => AssertRight(
        At(0, 1, new KeyOperation.Read(null)),
        At(2, 3, new KeyOperation.Put("one")),
        At(4, 5, new KeyOperation.Read(One)),
        At(6, 7, new KeyOperation.CompareAndSet(One, "two", Done: true)),
        At(8, 9, new KeyOperation.Read(Two)),
        At(10, 11, new KeyOperation.CompareAndSet(One, "three", Done: false)),
        At(12, 13, new KeyOperation.CompareAndDelete(Two, Done: true)),
        At(14, 15, new KeyOperation.Read(null)),
        At(16, 17, new KeyOperation.CompareAndSet(null, "four", Done: true)),
        At(18, 19, new KeyOperation.CompareAndSet(null, "five", Done: false)));

    [Fact]
    public void A_read_that_overlaps_a_write_may_see_either() => AssertRight(
        At(0, 1, new KeyOperation.Put("one")),
        At(2, 9, new KeyOperation.Put("two")),
        At(3, 4, new KeyOperation.Read(One)),
        At(5, 6, new KeyOperation.Read(Two)));

    [Fact]
    public void A_read_does_not_go_back() => AssertWrong(
        At(0, 1, new KeyOperation.Put("one")),
        At(2, 9, new KeyOperation.Put("two")),
        At(3, 4, new KeyOperation.Read(Two)),
        At(5, 6, new KeyOperation.Read(One)));

    [Fact]
    public void A_read_after_a_write_sees_it() => AssertWrong(
        At(0, 1, new KeyOperation.Put("one")),
        At(2, 3, new KeyOperation.Put("two")),
        At(4, 5, new KeyOperation.Read(One)));

    [Fact]
    public void What_was_never_written_is_not_read() => AssertWrong(At(0, 1, new KeyOperation.Put("one")), At(2, 3, new KeyOperation.Read(Two)));

    [Fact]
    public void One_of_two_that_compare_with_the_same_version_writes() => AssertWrong(
        At(0, 1, new KeyOperation.Put("one")),
        At(2, 3, new KeyOperation.Read(One)),
        At(4, 9, new KeyOperation.CompareAndSet(One, "two", Done: true)),
        At(5, 8, new KeyOperation.CompareAndSet(One, "three", Done: true)));

    [Fact]
    public void One_that_compares_with_what_is_there_writes() => AssertWrong(
        At(0, 1, new KeyOperation.Put("one")),
        At(2, 3, new KeyOperation.Read(One)),
        At(4, 5, new KeyOperation.CompareAndSet(One, "two", Done: false)));

    [Fact]
    public void A_key_has_one_holder() => AssertWrong(
        At(0, 5, new KeyOperation.Acquire("A", "a", Done: true)), At(1, 6, new KeyOperation.Acquire("B", "b", Done: true)));

    [Fact]
    public void Who_holds_it_acquires_again() => AssertRight(
        At(0, 1, new KeyOperation.Acquire("A", "a", Done: true)),
        At(2, 3, new KeyOperation.Acquire("A", "again", Done: true)),
        At(4, 5, new KeyOperation.Read(new KeyVersion("again", "A", LockIndex: 1, ModifyIndex: 11))));

    [Fact]
    public void A_key_is_free_after_its_release_and_not_before()
    {
        AssertRight(
            At(0, 1, new KeyOperation.Acquire("A", "a", Done: true)),
            At(2, 6, new KeyOperation.Release("A", "free", Done: true)),
            At(3, 5, new KeyOperation.Acquire("B", "b", Done: true)),
            At(7, 8, new KeyOperation.Read(HeldByB)));
        AssertWrong(
            At(0, 1, new KeyOperation.Acquire("A", "a", Done: true)),
            At(2, 3, new KeyOperation.Acquire("B", "b", Done: true)),
            At(4, 6, new KeyOperation.Release("A", "free", Done: true)));
    }

    [Fact]
    public void A_key_is_free_when_its_session_is_destroyed() => AssertRight(
        At(0, 1, new KeyOperation.Acquire("A", "a", Done: true)),
        At(2, 3, new KeyOperation.Read(HeldByA)),
        At(4, 5, new KeyOperation.Destroy("A")),
        At(6, 7, new KeyOperation.Read(new KeyVersion("a", Session: null, LockIndex: 1, ModifyIndex: 20))),
        At(8, 9, new KeyOperation.Acquire("B", "b", Done: true)),
        At(10, 11, new KeyOperation.Read(HeldByB)));

    [Fact]
    public void Each_acquisition_counts() => AssertWrong(
        At(0, 1, new KeyOperation.Acquire("A", "a", Done: true)),
        At(2, 3, new KeyOperation.Release("A", "free", Done: true)),
        At(4, 5, new KeyOperation.Acquire("B", "b", Done: true)),
        At(6, 7, new KeyOperation.Read(HeldByB with { LockIndex = 1 })));

    [Fact]
    public void An_index_does_not_go_back() => AssertWrong(
        At(0, 1, new KeyOperation.Put("two")),
        At(2, 3, new KeyOperation.Read(Two)),
        At(4, 5, new KeyOperation.Put("one")),
        At(6, 7, new KeyOperation.Read(One)));

    [Fact]
    public void A_version_has_one_index() => AssertWrong(
        At(0, 1, new KeyOperation.Put("one")), At(2, 3, new KeyOperation.Read(One)), At(4, 5, new KeyOperation.Read(One with { ModifyIndex = 11 })));

    [Fact]
    public void What_nobody_knows_of_may_have_happened_late_or_never()
    {
        var lost = new Operation<KeyOperation>(new KeyOperation.Put("two"), 2, Returned: null);
        AssertRight(At(0, 1, new KeyOperation.Put("one")), lost, At(4, 5, new KeyOperation.Read(One)), At(6, 7, new KeyOperation.Read(Two)));
        AssertRight(At(0, 1, new KeyOperation.Put("one")), lost, At(4, 5, new KeyOperation.Read(One)));
        AssertWrong(At(0, 1, new KeyOperation.Put("one")), At(2, 3, new KeyOperation.Read(Two)), lost with { Called = 4 });
        AssertWrong(At(0, 1, new KeyOperation.Put("one")), lost, At(4, 5, new KeyOperation.Read(Two)), At(6, 7, new KeyOperation.Read(One)));
    }

    [Fact]
    public void A_lock_that_nobody_knows_of_may_be_held()
    {
        var lost = new Operation<KeyOperation>(new KeyOperation.Acquire("A", "a", Done: null), 0, Returned: null);
        AssertRight(lost, At(1, 2, new KeyOperation.Acquire("B", "b", Done: false)));
        AssertRight(lost, At(1, 2, new KeyOperation.Acquire("B", "b", Done: true)));
        AssertWrong(At(1, 2, new KeyOperation.Acquire("B", "b", Done: false)));
    }

    [Fact]
    public void A_lock_that_nobody_knows_of_may_be_had_long_after_it_was_asked_for() => AssertRight(
        At(0, 1, new KeyOperation.Acquire("B", "b", Done: true)),
        new Operation<KeyOperation>(new KeyOperation.Acquire("A", "a", Done: null), 2, Returned: null),
        At(3, 4, new KeyOperation.Read(new KeyVersion("b", "B", LockIndex: 1, ModifyIndex: 10))),
        At(5, 6, new KeyOperation.Release("B", "free", Done: true)),
        At(7, 8, new KeyOperation.Acquire("C", "c", Done: false)),
        At(9, 10, new KeyOperation.Read(new KeyVersion("a", "A", LockIndex: 2, ModifyIndex: 30))));

    [Fact]
    public void A_session_that_acquired_without_knowing_frees_what_it_has_when_it_is_destroyed() => AssertRight(
        new Operation<KeyOperation>(new KeyOperation.Acquire("A", "a", Done: null), 0, Returned: null),
        At(1, 6, new KeyOperation.Destroy("A")),
        At(2, 3, new KeyOperation.Read(HeldByA)),
        At(4, 7, new KeyOperation.Acquire("B", "b", Done: true)),
        At(8, 9, new KeyOperation.Read(HeldByB)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_register_that_is_one_is_found_to_be_one_and_one_wrong_answer_is_found(int seed)
    {
        var history = Simulate(new Random(seed), clients: 20, operations: 1_500);
        AssertRight([.. history]);

        // A read long after sees what was there long before.
        var reads = history.Where(operation => operation.What is KeyOperation.Read { Version: not null }).ToArray();
        var (early, late) = (reads[reads.Length / 3], reads[reads.Length * 2 / 3]);
        AssertWrong([.. history.Select(operation => operation == late ? late with { What = early.What } : operation)]);

        // Somebody is told that it was done, long after another was told so of the same version.
        var (refused, told) = (
            from operation in history
            let set = operation.What as KeyOperation.CompareAndSet
            where set is { Done: false, Expected: not null }
            where history.Exists(other => other.Returned < operation.Called && other.What is KeyOperation.CompareAndSet { Done: true } first && first.Expected == set.Expected)
            select (operation, set)).First();
        AssertWrong([.. history.Select(operation => operation == refused ? refused with { What = told with { Done = true } } : operation)]);
    }

    /// <summary>Clients of a register that is one: each operation takes effect at a moment within its time.</summary>
    private static List<Operation<KeyOperation>> Simulate(Random random, int clients, int operations)
    {
        var history = new List<Operation<KeyOperation>>();
        var free = new long[clients];
        var known = new KeyVersion?[clients];
        KeyVersion? current = null;
        for (var moment = 1; moment <= operations; moment++)
        {
            // The client that has been free longest: what it does now takes effect now.
            var client = Array.IndexOf(free, free.Min());
            var called = random.NextInt64(Math.Min(free[client], moment * 1_000L), (moment * 1_000L) + 1);
            var returned = (moment * 1_000L) + 1 + random.NextInt64(clients * 1_000);
            var value = moment.ToString(CultureInfo.InvariantCulture);
            KeyOperation what;
            switch (random.Next(3))
            {
                case 0:
                    what = new KeyOperation.Read(known[client] = current);
                    break;
                case 1:
                    var done = known[client] == current;
                    what = new KeyOperation.CompareAndSet(known[client], value, done);
                    current = done ? new KeyVersion(value, current?.Session, current?.LockIndex ?? 0, (ulong)moment) : current;
                    break;
                default:
                    var session = $"session-{client}";
                    var (holds, isFree) = (current?.Session == session, current?.Session is null);
                    what = holds ? new KeyOperation.Release(session, value, Done: true) : new KeyOperation.Acquire(session, value, isFree);
                    if (holds || isFree)
                        current = new KeyVersion(value, holds ? null : session, (current?.LockIndex ?? 0) + (holds ? 0UL : 1), (ulong)moment);
                    break;
            }

            history.Add(new Operation<KeyOperation>(what, called, returned));
            free[client] = returned + 1;
        }

        return history;
    }

    private static Operation<KeyOperation> At(long called, long returned, KeyOperation what) => new(what, called, returned);

    private static void AssertRight(params Operation<KeyOperation>[] history) => Assert.Null(KeyModel.Explain(history));

    private static void AssertWrong(params Operation<KeyOperation>[] history) => Assert.NotNull(KeyModel.Explain(history));
}
