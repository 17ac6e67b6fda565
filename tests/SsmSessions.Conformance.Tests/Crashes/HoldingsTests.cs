using SsmSessions.Conformance.Tests.Consul.Linearizability;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>The check of holders finds two, and takes nothing else for two.</summary>
public sealed class HoldingsTests
{
    [Fact]
    public void Two_who_were_told_that_they_hold_it_are_found() => Assert.Single(Holdings.Overlaps(
        [At(0, 1, Acquire("A")), At(2, 3, Acquire("B")), At(4, 5, new KeyOperation.Release("A", "a", Done: true))]));

    [Fact]
    public void One_after_the_other_is_no_overlap() => Assert.Empty(Holdings.Overlaps(
        [At(0, 1, Acquire("A")), At(2, 6, new KeyOperation.Release("A", "a", Done: true)), At(3, 5, Acquire("B"))]));

    [Fact]
    public void Who_was_not_told_or_refused_does_not_count() => Assert.Empty(Holdings.Overlaps(
        [
            At(0, 1, Acquire("A")),
            At(2, 3, new KeyOperation.Acquire("B", "b", Done: false)),
            new Operation<KeyOperation>(new KeyOperation.Acquire("C", "c", Done: null), 2, Returned: null),
        ]));

    [Fact]
    public void A_session_that_was_being_destroyed_holds_nothing() => Assert.Empty(Holdings.Overlaps(
        [At(0, 1, Acquire("A")), new Operation<KeyOperation>(new KeyOperation.Destroy("A"), 2, Returned: null), At(3, 4, Acquire("B"))]));

    private static KeyOperation.Acquire Acquire(string session) => new(session, session, Done: true);

    private static Operation<KeyOperation> At(long called, long returned, KeyOperation what) => new(what, called, returned);
}
