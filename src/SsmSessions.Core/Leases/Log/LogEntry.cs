using System.Collections.Immutable;

namespace SsmSessions.Core.Leases.Log;

/// <summary>Commands that were carried out one after the other, at one moment. Each takes an index; the first is that of the entry.</summary>
/// <param name="Version">The version of this record.</param>
/// <param name="Proposal">Tells the entry from all others, so that its writer knows it again.</param>
/// <param name="Time">When, UTC.</param>
/// <param name="Commands">At least one.</param>
internal sealed record LogEntry(int Version, Guid Proposal, DateTimeOffset Time, ImmutableArray<LeaseCommand> Commands)
{
    /// <summary>The version of the record that this code writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The index of the first command.</summary>
    public ulong Index { get; init; }
}

/// <summary>Where the log ends: what every append is conditional on.</summary>
/// <param name="Log">Tells this log from one that was there before a reset.</param>
/// <param name="Next">The index of the next command.</param>
internal readonly record struct LogHead(long Log, ulong Next)
{
    /// <summary>The version of its item: no two heads have the same, be they of different logs.</summary>
    public long ItemVersion => Log + (long)Next;

    /// <summary>The start of a new log.</summary>
    public static LogHead Create() => new(Random.Shared.NextInt64(1L << 40, 1L << 60), LeaseState.FirstIndex + 1);
}
