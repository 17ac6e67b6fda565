namespace SsmSessions.Core.Leases;

/// <summary>A key with its value, and who holds it (spec/consul-sessions.md §7.1).</summary>
/// <param name="Key">Its name: any text, compared by bytes.</param>
/// <param name="Value">At most 512 KiB; empty and absent are the same.</param>
public sealed record KeyEntry(string Key, ReadOnlyMemory<byte> Value)
{
    /// <summary>A number of the client's own.</summary>
    public ulong Flags { get; init; }

    /// <summary>How often it was acquired.</summary>
    public ulong LockIndex { get; init; }

    /// <summary>The lease that holds it, in the letters it was acquired with; null for none.</summary>
    public string? Session { get; init; }

    /// <summary>The index at which it was created.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The index of its last change.</summary>
    public ulong ModifyIndex { get; init; }
}
