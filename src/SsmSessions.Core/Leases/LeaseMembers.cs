using SsmSessions.Core.Hosts;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Leases;

/// <summary>
/// Keeps the members of the catalog as hosts and their nodes are: a live host is a node, and so is each node that it carries in the one
/// tenant that Consul shows. Their check serfHealth turns critical when they are lost, which ends their leases; a member that is gone for good
/// is deregistered. Nodes that were registered over the catalog are nobody's and left alone.
/// </summary>
/// <remarks>
/// Every host says what it carries itself, and takes a node over from a host that carries it no longer. About others it says only that they
/// are lost: so hosts that see each other differently never undo what the other said. A host is lost when its heartbeat stands still; one that
/// left is gone when it has not come back as long after, so that a restart costs no lease.
/// </remarks>
/// <param name="registry">The catalog.</param>
/// <param name="host">This host.</param>
/// <param name="hosts">All hosts.</param>
/// <param name="nodes">The nodes that registered: one that loses its connection is lost and not gone.</param>
/// <param name="table">The table.</param>
/// <param name="realTime">Real time.</param>
public sealed class LeaseMembers(
    LeaseRegistry registry, HostMembership host, HostDirectory hosts, NodeRepository nodes, ITable table, TimeProvider realTime) : IDisposable
{
    /// <summary>How long a lost member stays in the catalog.</summary>
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromHours(72);

    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly Dictionary<string, long> _missingSince = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lostSince = new(StringComparer.Ordinal);

    private enum Fate
    {
        Lives,
        Unclear,
        Lost,
        Gone,
    }

    /// <summary>Compares the catalog with the hosts, and says what has changed.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var others = (await hosts.ListAsync(cancellationToken)).Where(other => other.Name != host.Name).ToDictionary(other => other.Name);
            var state = await registry.ReadAsync(cancellationToken);
            foreach (var name in _lostSince.Keys.Where(name => state.Nodes.GetValueOrDefault(name) is not { } member || IsOwn(member) || MemberNodes.IsAlive(member)).ToArray())
                _lostSince.Remove(name);
            List<LeaseCommand> commands = [.. OwnNews(state, others)];
            foreach (var member in state.Nodes.Values.Where(node => node.IsMember && !IsOwn(node)))
            {
                if (await LossOfAsync(member, others, cancellationToken) is { } command)
                    commands.Add(command);
            }

            await Task.WhenAll(commands.Select(command => registry.ApplyAsync(command, cancellationToken)));
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _refreshing.Dispose();

    private static bool IsShown(HostedNode node) =>
        NodeId.IsNode(node.Id) && (node.Tenant is not { } only || only == LeaseRegistry.Tenant.ToString());

    private static bool Carries(IReadOnlyList<HostedNode> carried, string name) =>
        carried.Any(node => IsShown(node) && NameOrder.Same(node.Id, name));

    private static bool IsHost(CatalogNode member) => NameOrder.Same(member.Name, member.Carrier);

    /// <summary>What the catalog does not know yet of this host and its nodes. A node that another live host carries too is that one's.</summary>
    private IEnumerable<LeaseCommand> OwnNews(LeaseState state, Dictionary<string, HostRecord> others)
    {
        var own = host.Nodes.Where(IsShown).Select(node => node.Id).Distinct(StringComparer.Ordinal)
            .Where(id => !IsCarriedBy(state.Nodes.GetValueOrDefault(id)?.Carrier, id, others))
            .Select(id => MemberNodes.Node(host, id));
        return own.Prepend(MemberNodes.Host(host)).Where(registration => !MemberNodes.IsKnown(state, registration));
    }

    private bool IsOwn(CatalogNode member) =>
        member.Carrier == host.Name && (NameOrder.Same(member.Name, host.Name) || Carries(host.Nodes, member.Name));

    private bool IsCarriedBy(string? carrier, string name, Dictionary<string, HostRecord> others) =>
        carrier is not null && others.TryGetValue(carrier, out var other) && Carries(other.Nodes, name) && !hosts.IsDead(other);

    /// <summary>What has to be said of a member that is not this host's, or no longer; null for nothing.</summary>
    private async ValueTask<LeaseCommand?> LossOfAsync(
        CatalogNode member, Dictionary<string, HostRecord> others, CancellationToken cancellationToken)
    {
        var fate = member.Carrier == host.Name ? Fate.Gone : FateOf(member.Carrier!, others);
        if (fate is Fate.Lives or Fate.Unclear || (!IsHost(member) && IsTakenOver(member, others)))
        {
            _lostSince.Remove(member.Name);
            return null;
        }

        if (!MemberNodes.IsAlive(member))
            return IsForgotten(member) ? new Deregister(member.Name) { Carrier = member.Carrier } : null;
        var isLost = fate == Fate.Lost || (!IsHost(member) && await nodes.FindAsync(LeaseRegistry.Tenant, member.Name, cancellationToken) is not null);
        return isLost
            ? new ReportCheck(member.Name, CatalogCheck.SerfHealth, CatalogCheck.Critical, MemberNodes.LostOutput) { Carrier = member.Carrier }
            : new Deregister(member.Name) { Carrier = member.Carrier };
    }

    /// <summary>Another host carries the node too: it is for that one to say so.</summary>
    private bool IsTakenOver(CatalogNode member, Dictionary<string, HostRecord> others) =>
        Carries(host.Nodes, member.Name) || others.Keys.Any(other => IsCarriedBy(other, member.Name, others));

    private Fate FateOf(string carrier, Dictionary<string, HostRecord> others)
    {
        if (!table.IsShared)
            return Fate.Gone;
        if (others.TryGetValue(carrier, out var other))
        {
            _missingSince.Remove(carrier);
            return hosts.IsDead(other) ? Fate.Lost : Fate.Lives;
        }

        return HasPassed(_missingSince, carrier, HostDirectory.DeadAfter) ? Fate.Gone : Fate.Unclear;
    }

    /// <summary>Where the table is not shared, nobody comes back under another name.</summary>
    private bool IsForgotten(CatalogNode member) =>
        (IsHost(member) && !table.IsShared) || HasPassed(_lostSince, member.Name, ForgottenAfter);

    private bool HasPassed(Dictionary<string, long> since, string name, TimeSpan time)
    {
        var now = realTime.GetTimestamp();
        if (since.TryGetValue(name, out var start))
            return realTime.GetElapsedTime(start, now) >= time;
        since.Add(name, now);
        return false;
    }
}
