using System.Text.RegularExpressions;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Nodes;

/// <summary>Which targets a session can be opened to now: the nodes that live hosts carry.</summary>
/// <param name="hosts">The hosts.</param>
/// <param name="faults">Which nodes have lost their connection on demand; null for none.</param>
/// <param name="ownHost">The name of this host, which is preferred where several carry the same node; null for none.</param>
public sealed partial class NodeConnections(HostDirectory hosts, FaultRules? faults = null, string? ownHost = null)
{
    /// <summary>The host and node that would serve a session of this tenant to this target, or null when it is not connected.</summary>
    public async ValueTask<(HostRecord Host, HostedNode Node)?> FindAsync(Tenant tenant, string target, CancellationToken cancellationToken) =>
        Find(await hosts.LiveAsync(fresh: false, cancellationToken), tenant, target)
        ?? Find(await hosts.LiveAsync(fresh: true, cancellationToken), tenant, target);

    /// <summary>True for the forms that a target can have (spec/ssm-control-plane.md §2.1).</summary>
    public static bool IsWellFormed(string target) => NodeId.IsNode(target) || EcsForm().IsMatch(target);

    private (HostRecord Host, HostedNode Node)? Find(IReadOnlyList<HostRecord> live, Tenant tenant, string target)
    {
        (HostRecord, HostedNode)? any = null;
        foreach (var host in live.OrderBy(h => h.Name != ownHost))
        {
            if (FindOn(host.Nodes, tenant, target) is not { } node || faults?.IsDisconnected(tenant, target, host.Name) == true)
                continue;
            if (node.Id != HostedNode.Any)
                return (host, node);
            any ??= (host, node);
        }

        return any;
    }

    /// <summary>The node of these that serves a target in a tenant: the one of its id, else one that stands for every well-formed target; null
    /// for none.</summary>
    public static HostedNode? FindOn(IReadOnlyList<HostedNode> nodes, Tenant tenant, string target)
    {
        HostedNode? any = null;
        foreach (var node in nodes)
        {
            if (node.Tenant is { } only && only != tenant.ToString())
                continue;
            if (node.Id == HostedNode.Any)
                any ??= node;
            else if (node.Id == target)
                return node;
        }

        return any is not null && IsWellFormed(target) ? any : null;
    }

    [GeneratedRegex(@"\Aecs:[a-zA-Z0-9_-]{1,255}_[0-9a-f]{1,64}_[0-9a-zA-Z-]{1,128}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex EcsForm();
}
