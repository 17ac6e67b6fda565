using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Nodes;

/// <summary>What is refused in more than one place.</summary>
internal static class NodeRefusals
{
    /// <summary>The text that agents get for a node that is not there (spec/ssm-control-plane.md §8.4, §9.3).</summary>
    public static RefusedException NotExisting(string id) => new(Refusal.InvalidInstanceId, $"Not existing InstanceId {id}");

    /// <summary>A node speaks for itself only. Callers that are no nodes may do everything in their tenant.</summary>
    /// <exception cref="RefusedException">AccessDenied.</exception>
    public static void RequireSelf(Caller caller, string operation, string id)
    {
        var speaksAs = caller.ProvenNodeId
            ?? (caller.Kind is CallerKind.NodeRole or CallerKind.Role && NodeId.IsNode(caller.Name) ? caller.Name : null);
        if (speaksAs is not null && speaksAs != id)
            throw AccessDenied.To(caller, operation, NodeId.ArnOf(caller.Tenant, id));
    }
}
