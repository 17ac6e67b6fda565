namespace SsmSessions.Core.Leases.Commands;

/// <summary>Writes a key, in one of four ways (spec/consul-sessions.md §7.3).</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Flags">Its flags.</param>
public sealed record PutKey(string Key, ReadOnlyMemory<byte> Value, ulong Flags) : LeaseCommand
{
    /// <summary>Only if its ModifyIndex is this; 0 for a key that is not there; null for any.</summary>
    public ulong? Cas { get; init; }

    /// <summary>The session to acquire it for; null where it is not to be acquired.</summary>
    public string? Acquire { get; init; }

    /// <summary>The session to release it from; null where it is not to be released.</summary>
    public string? Release { get; init; }

    internal override int Size => base.Size + Value.Length + (6 * Key.Length);

    internal override LeaseOutcome Apply(LeaseStep step) => this switch
    {
        { Acquire: { } session } => KeyWriter.Acquire(step, this, session),
        { Release: { } session } => KeyWriter.Release(step, this, session),
        { Cas: { } index } => KeyWriter.Cas(step, this, index),
        _ => KeyWriter.Put(step, this),
    };
}
