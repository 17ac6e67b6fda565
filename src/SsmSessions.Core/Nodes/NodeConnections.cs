using System.Text.RegularExpressions;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Nodes;

/// <summary>Which targets a session can be opened to now: the nodes that live hosts carry.</summary>
public sealed partial class NodeConnections(HostDirectory hosts)
{
    /// <summary>The host and node that would serve a session of this tenant to this target, or null when it is not connected.</summary>
    public async ValueTask<(HostRecord Host, HostedNode Node)?> FindAsync(Tenant tenant, string target, CancellationToken cancellationToken) =>
        Find(await hosts.LiveAsync(fresh: false, cancellationToken), tenant, target)
        ?? Find(await hosts.LiveAsync(fresh: true, cancellationToken), tenant, target);

    /// <summary>True for the forms that a target can have (spec/ssm-control-plane.md §2.1).</summary>
    public static bool IsWellFormed(string target) => NodeId.IsNode(target) || EcsForm().IsMatch(target);

    private static (HostRecord Host, HostedNode Node)? Find(IReadOnlyList<HostRecord> hosts, Tenant tenant, string target)
    {
        (HostRecord, HostedNode)? any = null;
        foreach (var host in hosts)
        {
            foreach (var node in host.Nodes)
            {
                if (node.Tenant is { } only && only != tenant.ToString())
                    continue;
                if (node.Id == HostedNode.Any)
                    any ??= (host, node);
                else if (node.Id == target)
                    return (host, node);
            }
        }

        return any is not null && IsWellFormed(target) ? any : null;
    }

    [GeneratedRegex(@"\Aecs:[a-zA-Z0-9_-]{1,255}_[0-9a-f]{1,64}_[0-9a-zA-Z-]{1,128}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex EcsForm();
}
