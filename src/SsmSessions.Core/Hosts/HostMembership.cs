using System.Collections.Immutable;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Hosts;

/// <summary>This process as a host on the table: it joins under a name, gives signs of life, says which nodes it carries, and leaves.</summary>
/// <param name="directory">Where hosts see each other.</param>
/// <param name="table">The table; where it is not shared there is nobody to tell, and no heartbeat is written.</param>
/// <param name="realTime">Real time.</param>
/// <param name="name">This host's name.</param>
/// <param name="peerUrl">Where other hosts reach it, or null.</param>
/// <param name="nodes">The nodes it carries from the start.</param>
public sealed class HostMembership(
    HostDirectory directory, ITable table, TimeProvider realTime, string name, string? peerUrl, IEnumerable<HostedNode> nodes) : IDisposable
{
    private static readonly TimeSpan JoinRetry = TimeSpan.FromMilliseconds(500);

    private readonly ImmutableList<HostedNode> _startNodes = [.. nodes];
    private readonly SemaphoreSlim _publishing = new(1, 1);
    private ImmutableList<HostedNode> _nodes = [.. nodes];

    /// <summary>This host's name.</summary>
    public string Name => name;

    /// <summary>This start of the host.</summary>
    public string RunId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Where other hosts reach it, or null.</summary>
    public string? PeerUrl => peerUrl;

    /// <summary>The nodes that it carries now.</summary>
    public IReadOnlyList<HostedNode> Nodes => _nodes;

    /// <summary>It carries other nodes than before, and has said so to the others.</summary>
    public event EventHandler? NodesChanged;

    /// <summary>Takes the name. Waits for a former run that may just have died.</summary>
    /// <exception cref="StoreUnusableException">Another live host has the name.</exception>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        directory.Own = Record;
        if (!table.IsShared)
            await directory.ClearAsync(cancellationToken);
        var start = realTime.GetTimestamp();
        while (table.IsShared && await directory.FindAsync(name, cancellationToken) is { } other && directory.IsAlive(other))
        {
            if (realTime.GetElapsedTime(start) > HostDirectory.DeadAfter + JoinRetry)
                throw new StoreUnusableException($"another live host on this table is named '{name}': give this one another --host-name");
            await Task.Delay(JoinRetry, realTime, cancellationToken);
        }

        await PublishAsync(cancellationToken);
    }

    /// <summary>True from when it gave a sign of life so late that others may have taken it for dead, until <see cref="KnowsWhatItHas"/>.</summary>
    public bool MayBeDisowned { get; private set; }

    /// <summary>Gives a sign of life, where there is somebody to see it.</summary>
    public Task BeatAsync(CancellationToken cancellationToken) => table.IsShared ? PublishAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>It has looked at what others ended while they took it for dead.</summary>
    public void KnowsWhatItHas() => MayBeDisowned = false;

    /// <summary>Takes this host off the list.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken)
    {
        directory.Own = null;
        return directory.RemoveAsync(name, cancellationToken);
    }

    /// <summary>Carries one more node, or the same in another way.</summary>
    public Task AddNodeAsync(HostedNode node, CancellationToken cancellationToken)
    {
        ImmutableInterlocked.Update(ref _nodes, list => list.RemoveAll(n => IsSame(n, node.Id, node.Tenant)).Add(node));
        return PublishNodesAsync(cancellationToken);
    }

    /// <summary>Carries a node no longer. False when it did not.</summary>
    public async Task<bool> RemoveNodeAsync(string id, string? tenant, CancellationToken cancellationToken)
    {
        if (!ImmutableInterlocked.Update(ref _nodes, list => list.RemoveAll(n => IsSame(n, id, tenant))))
            return false;
        await PublishNodesAsync(cancellationToken);
        return true;
    }

    /// <summary>Carries the nodes of the start again, and no other.</summary>
    public Task ResetNodesAsync(CancellationToken cancellationToken)
    {
        ImmutableInterlocked.Update(ref _nodes, (_, start) => start, _startNodes);
        return PublishNodesAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _publishing.Dispose();

    private HostRecord Record => new(name, RunId, _nodes, peerUrl, Heartbeat: 0) { Machine = HostMachine.Current };

    private static bool IsSame(HostedNode node, string id, string? tenant) => node.Id == id && node.Tenant == tenant;

    private async Task PublishNodesAsync(CancellationToken cancellationToken)
    {
        await PublishAsync(cancellationToken);
        NodesChanged?.Invoke(this, EventArgs.Empty);
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        // In turn, so that an older list never overwrites a newer one.
        await _publishing.WaitAsync(cancellationToken);
        try
        {
            // As old as what it says, however long the write takes.
            var now = realTime.GetTimestamp();
            directory.Own = Record;
            await directory.PublishAsync(Record, cancellationToken);
            var before = directory.Beats ?? new(now, now);
            var gap = realTime.GetElapsedTime(before.Last, now);
            directory.Beats = new(gap < HostDirectory.JudgesWithin ? before.Since : now, now);
            MayBeDisowned |= table.IsShared && gap >= HostDirectory.DeadAfter;
        }
        finally
        {
            _publishing.Release();
        }
    }
}
