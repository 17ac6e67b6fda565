using System.Collections.Frozen;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Tags;

namespace SsmSessions.Core.Nodes;

/// <summary>All nodes of a tenant as lists show them: those that registered, and those that live hosts carry.</summary>
public sealed class NodeDirectory(NodeRepository nodes, HostDirectory hosts, TagRepository tags, TimeProvider time, FaultRules? faults = null)
{
    /// <summary>How long after its last ping a node counts as lost: two missed pings of five minutes, and some slack.</summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(12);

    /// <summary>The agent version of the nodes that hosts carry: what the built-in agent says in its handshake.</summary>
    public const string BuiltInAgentVersion = "3.3.987.0";

    /// <summary>The most registered nodes that one list looks at; what a filter leaves over may then be less than a page.</summary>
    private const int ScanLimit = 1_000;

    private const int ChunkLimit = 256;

    private static readonly IReadOnlyDictionary<string, string> NoTags = FrozenDictionary<string, string>.Empty;

    /// <summary>A node by its id, or null. A host that accepts every target has no nodes by that.</summary>
    public async Task<ListedNode?> FindAsync(Tenant tenant, string id, CancellationToken cancellationToken)
    {
        if (!NodeId.IsNode(id))
            return null;
        var registered = (await nodes.FindAsync(tenant, id, cancellationToken))?.Node;
        return Show(tenant, id, registered, await CarriedAsync(tenant, cancellationToken));
    }

    /// <summary>A page of nodes, in the order of their ids.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="filter">What it is limited to.</param>
    /// <param name="after">The last id seen, or null to begin.</param>
    /// <param name="limit">The most nodes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<NodePage> ListAsync(Tenant tenant, NodeFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        var found = new List<ListedNode>();
        var carried = await CarriedAsync(tenant, cancellationToken);
        var position = after;
        var scanned = 0;
        while (true)
        {
            var chunk = filter.Ids is { } ids
                ? await GetAsync(tenant, ids, position, carried, cancellationToken)
                : await ScanAsync(tenant, position, Math.Min(limit + 1, ChunkLimit), carried, cancellationToken);
            var tagged = filter.NeedsTags ? await TagsOfAsync(tenant, chunk.Nodes, cancellationToken) : null;
            foreach (var node in chunk.Nodes)
            {
                if (!filter.Matches(node, tagged?.GetValueOrDefault(node.Id) ?? NoTags))
                    continue;
                if (found.Count == limit)
                    return new NodePage(found, found[^1].Id);
                found.Add(node);
            }

            if (chunk.End is null)
                return new NodePage(found, Next: null);
            position = chunk.End;
            scanned += chunk.Nodes.Count;
            if (scanned >= ScanLimit)
                return new NodePage(found, position);
        }
    }

    /// <summary>The nodes of these ids that exist.</summary>
    private async Task<Chunk> GetAsync(
        Tenant tenant, IReadOnlyList<string> ids, string? after, SortedDictionary<string, HostRecord> carried, CancellationToken cancellationToken)
    {
        var found = new List<ListedNode>(ids.Count);
        foreach (var id in ids.Where(id => string.CompareOrdinal(id, after) > 0))
        {
            var registered = (await nodes.FindAsync(tenant, id, cancellationToken))?.Node;
            if (Show(tenant, id, registered, carried) is { } node)
                found.Add(node);
        }

        return new Chunk(found, End: null);
    }

    /// <summary>The next nodes after an id, the registered and the carried ones merged.</summary>
    private async Task<Chunk> ScanAsync(
        Tenant tenant, string? after, int limit, SortedDictionary<string, HostRecord> carried, CancellationToken cancellationToken)
    {
        var registered = await nodes.ListAsync(tenant, after, limit, cancellationToken);
        var end = registered.Count < limit ? null : registered[^1].Id;
        var byId = registered.ToDictionary(node => node.Id, StringComparer.Ordinal);
        var ids = carried.Keys
            .Where(id => string.CompareOrdinal(id, after) > 0 && (end is null || string.CompareOrdinal(id, end) <= 0))
            .Union(byId.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return new Chunk([.. ids.Select(id => Show(tenant, id, byId.GetValueOrDefault(id), carried)!)], end);
    }

    private ListedNode? Show(Tenant tenant, string id, ManagedNode? registered, SortedDictionary<string, HostRecord> carried)
    {
        var now = time.GetUtcNow().ToMilliseconds();
        if (carried.TryGetValue(id, out var host))
        {
            var node = registered ?? new ManagedNode(tenant, id);
            return new ListedNode(
                node with { Report = ReportOf(host).With(node.Report), LastPing = now },
                faults?.IsDisconnected(tenant, id, host.Name) == true ? PingStatus.ConnectionLost : PingStatus.Online);
        }

        return registered is null
            ? null
            : new ListedNode(registered, now - registered.LastPing <= LostAfter ? PingStatus.Online : PingStatus.ConnectionLost);
    }

    private static AgentReport ReportOf(HostRecord host) => new()
    {
        AgentVersion = BuiltInAgentVersion,
        ComputerName = host.Machine?.ComputerName,
        IPAddress = host.Machine?.IPAddress,
        PlatformName = host.Machine?.PlatformName,
        PlatformType = host.Machine?.PlatformType,
        PlatformVersion = host.Machine?.PlatformVersion,
    };

    /// <summary>The nodes of this tenant that live hosts carry, by id. A wildcard is none, and neither are containers of ECS.</summary>
    private async Task<SortedDictionary<string, HostRecord>> CarriedAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var carried = new SortedDictionary<string, HostRecord>(StringComparer.Ordinal);
        foreach (var host in await hosts.LiveAsync(fresh: false, cancellationToken))
        {
            foreach (var node in host.Nodes)
            {
                // A real agent's own pings say how it is.
                if (node.Kind != NodeKind.Agent && NodeId.IsNode(node.Id) && (node.Tenant is not { } only || only == tenant.ToString()))
                    carried.TryAdd(node.Id, host);
            }
        }

        return carried;
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> TagsOfAsync(
        Tenant tenant, IReadOnlyList<ListedNode> chunk, CancellationToken cancellationToken)
    {
        var hybrid = chunk.Where(node => node.Node.IsHybrid).ToArray();
        return hybrid.Length == 0
            ? FrozenDictionary<string, IReadOnlyDictionary<string, string>>.Empty
            : await tags.ListAsync(tenant, TaggedResource.ManagedInstance, hybrid[0].Id, hybrid[^1].Id, cancellationToken);
    }

    /// <summary>Nodes in the order of their ids, and the id up to which all are among them; null for the end.</summary>
    private sealed record Chunk(IReadOnlyList<ListedNode> Nodes, string? End);
}
