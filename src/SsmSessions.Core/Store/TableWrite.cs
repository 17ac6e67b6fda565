namespace SsmSessions.Core.Store;

/// <summary>One write, and what must hold for it to happen.</summary>
/// <param name="Key">The item that it concerns.</param>
/// <param name="Precondition">What must hold for the item as it stands.</param>
public abstract record TableWrite(ItemKey Key, Precondition Precondition)
{
    /// <summary>Stores an item whole, replacing what was there.</summary>
    public static TableWrite Put(Item item, Precondition precondition = default) => new PutWrite(item, precondition);

    /// <summary>Deletes an item; absent is fine.</summary>
    public static TableWrite Delete(ItemKey key, Precondition precondition = default) => new DeleteWrite(key, precondition);

    /// <summary>Changes nothing, but the transaction fails unless the precondition holds.</summary>
    public static TableWrite Check(ItemKey key, Precondition precondition) => new CheckWrite(key, precondition);
}

/// <inheritdoc cref="TableWrite.Put"/>
public sealed record PutWrite(Item Item, Precondition Precondition) : TableWrite(Item.Key, Precondition);

/// <inheritdoc cref="TableWrite.Delete"/>
public sealed record DeleteWrite(ItemKey Key, Precondition Precondition) : TableWrite(Key, Precondition);

/// <inheritdoc cref="TableWrite.Check"/>
public sealed record CheckWrite(ItemKey Key, Precondition Precondition) : TableWrite(Key, Precondition);

/// <summary>What must hold for an item before it is written. The default asks for nothing.</summary>
public readonly record struct Precondition
{
    private Precondition(PreconditionKind kind, long version)
    {
        Kind = kind;
        Version = version;
    }

    /// <summary>Which of the four it is.</summary>
    public PreconditionKind Kind { get; }

    /// <summary>The version asked for, with <see cref="PreconditionKind.VersionIs"/>.</summary>
    public long Version { get; }

    /// <summary>Always holds.</summary>
    public static Precondition None => default;

    /// <summary>The item is not there, or has expired.</summary>
    public static Precondition Absent => new(PreconditionKind.Absent, 0);

    /// <summary>The item is there and has not expired.</summary>
    public static Precondition Present => new(PreconditionKind.Present, 0);

    /// <summary>The item is there, has not expired, and has this version.</summary>
    public static Precondition VersionIs(long version) => new(PreconditionKind.VersionIs, version);
}

/// <summary>The kinds of <see cref="Precondition"/>.</summary>
public enum PreconditionKind
{
    /// <summary>Always holds.</summary>
    None,

    /// <summary>The item is absent.</summary>
    Absent,

    /// <summary>The item is present.</summary>
    Present,

    /// <summary>The item has a version.</summary>
    VersionIs,
}
