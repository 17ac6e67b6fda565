using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Core.Leases.Log;

namespace SsmSessions.Core.Leases;

/// <summary>
/// Something that may change leases, keys or nodes. It is kept in the log and carried out by every host at the same index on the same state, so
/// what it does depends on nothing else. The names are stored: they never change.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(CreateLease), "create-lease")]
[JsonDerivedType(typeof(EndLease), "end-lease")]
[JsonDerivedType(typeof(PutKey), "put-key")]
[JsonDerivedType(typeof(DeleteKey), "delete-key")]
[JsonDerivedType(typeof(DeleteKeysUnder), "delete-keys-under")]
[JsonDerivedType(typeof(KeyTransaction), "key-transaction")]
[JsonDerivedType(typeof(RegisterNode), "register-node")]
[JsonDerivedType(typeof(Deregister), "deregister")]
[JsonDerivedType(typeof(ReportCheck), "report-check")]
public abstract record LeaseCommand
{
    /// <summary>About how large it is, bytes.</summary>
    internal virtual int Size => 512;

    /// <summary>How large it is in the log, bytes: for commands that hold whatever a client sends.</summary>
    private protected int StoredSize => JsonSerializer.SerializeToUtf8Bytes(this, LeaseJson.Default.LeaseCommand).Length;

    /// <summary>Carries it out.</summary>
    internal abstract LeaseOutcome Apply(LeaseStep step);
}

/// <summary>What became of a command.</summary>
/// <param name="Done">False where it could not be done as things stand: the key is held by another, or has another index.</param>
/// <param name="Refusal">Why it makes no sense, in Consul's words without the prefix of the call; null when it does.</param>
public sealed record LeaseOutcome(bool Done, string? Refusal = null)
{
    /// <summary>It was done.</summary>
    public static LeaseOutcome Success { get; } = new(Done: true);

    /// <summary>It could not be done as things stand.</summary>
    public static LeaseOutcome Unchanged { get; } = new(Done: false);

    /// <summary>What each operation of a transaction gave, in their order; null for other commands.</summary>
    public KeyTransactionOutcome? Transaction { get; init; }

    /// <summary>The state at the index of the command, that is right after it.</summary>
    public LeaseState State { get; init; } = LeaseState.Empty;

    /// <summary>It makes no sense.</summary>
    public static LeaseOutcome Refused(string text) => new(Done: false, text);
}
