using System.Collections.Concurrent;
using System.Text.Json;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Hosts;

/// <summary>The hosts on one table: this one publishes itself here, and sees the others.</summary>
/// <param name="table">The table.</param>
/// <param name="realTime">Real time, also under a fake clock: a host lives or does not.</param>
public sealed class HostDirectory(ITable table, TimeProvider realTime)
{
    /// <summary>How often a host says that it lives.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(2);

    /// <summary>How old the last sign of life may be.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(6);

    /// <summary>The partition of the hosts' records. It survives a reset.</summary>
    public const string Partition = "hosts";

    private static readonly TimeSpan CachedFor = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Sight> _seen = new(StringComparer.Ordinal);
    private volatile Snapshot? _snapshot;

    /// <summary>What this process says of itself; null while it is no host. It needs no heartbeat to know that it lives.</summary>
    internal HostRecord? Own { get; set; }

    /// <summary>How old this host's own last sign of life may be when it judges others: less than two intervals. Where it missed one itself, the
    /// table may have been away, and others may have missed one more.</summary>
    internal static readonly TimeSpan JudgesWithin = 1.75 * HeartbeatInterval;

    /// <summary>This process's own signs of life; null while it gives none.</summary>
    internal OwnBeats? Beats { get; set; }

    /// <summary>Writes the record of a host on this machine with the present time as its heartbeat.</summary>
    public async Task PublishAsync(HostRecord host, CancellationToken cancellationToken)
    {
        var record = host with { Heartbeat = realTime.GetUtcNow().ToUnixTimeMilliseconds(), Machine = host.Machine ?? HostMachine.Current };
        var item = new Item(new ItemKey(Partition, host.Name), JsonSerializer.SerializeToUtf8Bytes(record, HostJson.Default.HostRecord))
        {
            Version = record.Heartbeat,
        };
        await table.WriteAsync(TableWrite.Put(item), cancellationToken);
        _snapshot = null;
    }

    /// <summary>Takes a host's record away.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellationToken) =>
        table.WriteAsync(TableWrite.Delete(new ItemKey(Partition, name)), cancellationToken);

    /// <summary>Takes a host's record away if it has given no sign of life since it was read.</summary>
    public Task RemoveAsync(HostRecord host, CancellationToken cancellationToken) =>
        table.WriteAsync(TableWrite.Delete(new ItemKey(Partition, host.Name), Precondition.VersionIs(host.Heartbeat)), cancellationToken);

    /// <summary>Takes every host's record away: on a table that is not shared, what earlier runs left behind.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        foreach (var item in await table.QueryAsync(new TableQuery(null, Partition) { Consistent = true }, cancellationToken))
            await table.WriteAsync(TableWrite.Delete(item.Key), cancellationToken);
    }

    /// <summary>The record of a host, whether it lives or not, or null.</summary>
    public async Task<HostRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var readAt = realTime.GetTimestamp();
        return await table.GetAsync(new ItemKey(Partition, name), consistent: true, cancellationToken) is { } item ? Read(item, readAt) : null;
    }

    /// <summary>The hosts that live, as the table says now, or up to a second ago when <paramref name="fresh"/> is false.</summary>
    public async ValueTask<IReadOnlyList<HostRecord>> LiveAsync(bool fresh, CancellationToken cancellationToken)
    {
        if (!fresh && _snapshot is { } snapshot && realTime.GetElapsedTime(snapshot.ReadAt) < CachedFor)
            return snapshot.Hosts;
        var readAt = realTime.GetTimestamp();
        var live = (await ListAsync(cancellationToken)).Where(IsAlive).ToList();
        // Others have forgotten it where the table was away, until its next sign of life.
        if (Own is { } own && !live.Exists(host => host.Name == own.Name))
            live.Add(own);
        _snapshot = new Snapshot(readAt, live);
        return live;
    }

    /// <summary>The live host of a name, or null. One that has just come is found too.</summary>
    public async ValueTask<HostRecord?> FindLiveAsync(string name, CancellationToken cancellationToken) =>
        (await LiveAsync(fresh: false, cancellationToken)).FirstOrDefault(host => host.Name == name)
        ?? (await FindAsync(name, cancellationToken) is { } found && IsAlive(found) ? found : null);

    /// <summary>The hosts that gave signs of life once and give them no longer.</summary>
    public async Task<IReadOnlyList<HostRecord>> DeadAsync(CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Where(IsDead)];

    /// <summary>All hosts that have a record, whether they live or not.</summary>
    public async Task<IReadOnlyList<HostRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var readAt = realTime.GetTimestamp();
        var items = await table.QueryAsync(new TableQuery(null, Partition) { Consistent = true }, cancellationToken);
        return [.. items.Select(item => Read(item, readAt))];
    }

    /// <summary>True for a host that this process has seen standing still for as long as a dead one does, while it moved itself. Unlike <see cref="IsAlive"/> it asks no
    /// clock but its own, since the clocks of two machines may differ: on it depends what is ended.</summary>
    /// <remarks>A record says how it was when it was read. This process may have stood still since, and then it is the record that is old.</remarks>
    public bool IsDead(HostRecord host)
    {
        var now = realTime.GetTimestamp();
        var since = SightOf(host, now).At;
        if (Beats is { } own)
        {
            if (realTime.GetElapsedTime(own.Last, now) >= JudgesWithin)
                return false;
            since = Math.Max(since, own.Since);
        }

        return realTime.GetElapsedTime(since, host.ReadAt ?? now) >= DeadAfter;
    }

    /// <summary>True when the host has given a sign of life in time: by its date, and where that is wrong because clocks differ or have jumped, by
    /// what this process has seen. On a table that is not shared there is only this one.</summary>
    public bool IsAlive(HostRecord host)
    {
        if (!table.IsShared || host.RunId == Own?.RunId)
            return true;
        var now = realTime.GetTimestamp();
        var sight = SightOf(host, now);
        return realTime.GetElapsedTime(sight.At, now) < DeadAfter
            && (sight.HasMoved || realTime.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(host.Heartbeat) < DeadAfter);
    }

    private Sight SightOf(HostRecord host, long now) => _seen.AddOrUpdate(
        host.Name,
        static (_, seen) => seen,
        (_, before, seen) => (before.RunId, before.Heartbeat) == (seen.RunId, seen.Heartbeat)
            ? before
            : seen with { HasMoved = before.RunId == seen.RunId && realTime.GetElapsedTime(before.At, seen.At) < 2 * DeadAfter },
        new Sight(host.RunId, host.Heartbeat, now, HasMoved: false));

    private static HostRecord Read(Item item, long readAt) =>
        (JsonSerializer.Deserialize(item.Body.Span, HostJson.Default.HostRecord) ?? throw new InvalidDataException("a host's record has no body"))
        with
        { ReadAt = readAt };

    /// <summary>What a host last said, and when this process first read it.</summary>
    /// <param name="RunId">Its run.</param>
    /// <param name="Heartbeat">Its sign of life.</param>
    /// <param name="At">When it was read first.</param>
    /// <param name="HasMoved">Whether it had given another one a moment before.</param>
    private sealed record Sight(string RunId, long Heartbeat, long At, bool HasMoved);

    /// <summary>The signs of life that this process gives.</summary>
    /// <param name="Since">When it began without missing one since, as a timestamp.</param>
    /// <param name="Last">When it gave the last, as a timestamp.</param>
    internal sealed record OwnBeats(long Since, long Last);

    private sealed record Snapshot(long ReadAt, IReadOnlyList<HostRecord> Hosts);
}
