namespace SsmSessions.Core;

/// <summary>
/// A place in an immutable record for one thing that was made from it. It is no part of the record's value: a copy by <c>with</c>
/// begins anew, and equality does not look at it.
/// </summary>
internal struct Memo : IEquatable<Memo>
{
    private Made? _made;

    /// <summary>What is made of the owner, made at the first call (by each, when several call at once).</summary>
    /// <param name="owner">The record that this is a field of.</param>
    /// <param name="make">The same at each call.</param>
    public T Get<TOwner, T>(TOwner owner, Func<TOwner, T> make)
        where TOwner : class
        where T : class
    {
        if (_made is { } made && ReferenceEquals(made.From, owner))
            return (T)made.Thing;
        var thing = make(owner);
        _made = new Made(owner, thing);
        return thing;
    }

    public readonly bool Equals(Memo other) => true;

    public override readonly bool Equals(object? obj) => obj is Memo;

    public override readonly int GetHashCode() => 0;

    private sealed record Made(object From, object Thing);
}
