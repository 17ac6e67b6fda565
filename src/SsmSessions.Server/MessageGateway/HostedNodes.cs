using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Sessions;
using SsmSessions.Node;

namespace SsmSessions.Server.MessageGateway;

/// <summary>The nodes that this host carries, as sessions are opened on them.</summary>
internal sealed class HostedNodes(HostMembership host, LocalNode local, EchoNode echo)
{
    /// <summary>The node of a target; null when this host carries none.</summary>
    public INode? Find(Tenant tenant, string target) => NodeConnections.FindOn(host.Nodes, tenant, target)?.Kind switch
    {
        NodeKind.Local => local,
        NodeKind.Echo => echo,
        _ => null,
    };

    /// <summary>What the node is told.</summary>
    public static SessionPlan PlanOf(Session session, SessionContent content) => new()
    {
        SessionId = session.Id,
        Target = session.Target,
        Type = content.Document.Type,
        PropertiesJson = content.Document.PropertiesJson,
        Inputs = content.Inputs,
        Parameters = content.Parameters,
        SessionOwner = session.Owner,
    };
}
