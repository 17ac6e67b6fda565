namespace SsmSessions.Core.Leases.Commands;

/// <summary>Removes a node, or a service or a check of it. What is not there is no error (spec/consul-sessions.md §10).</summary>
/// <param name="Node">The node's name.</param>
/// <param name="ServiceId">The service to remove with its checks; null for none.</param>
/// <param name="CheckId">The check to remove; null for none. Where both are named, it is the service.</param>
public sealed record Deregister(string Node, string? ServiceId = null, string? CheckId = null) : LeaseCommand
{
    /// <summary>Only while this host carries the node; null in any case.</summary>
    public string? Carrier { get; init; }

    internal override LeaseOutcome Apply(LeaseStep step)
    {
        if (!step.State.Nodes.TryGetValue(Node, out var node) || (Carrier is not null && Carrier != node.Carrier))
            return LeaseOutcome.Success;
        if (ServiceId is not null)
        {
            if (node.Services.ContainsKey(ServiceId))
                step.Set(WithoutService(node, ServiceId));
        }
        else if (CheckId is not null)
        {
            if (node.Checks.ContainsKey(CheckId))
                step.Set(node with { Checks = node.Checks.Remove(CheckId) });
        }
        else
        {
            step.Remove(node);
        }

        return LeaseOutcome.Success;
    }

    private static CatalogNode WithoutService(CatalogNode node, string id) => node with
    {
        Services = node.Services.Remove(id),
        Checks = node.Checks.RemoveRange(node.Checks.Values.Where(check => NameOrder.Same(check.ServiceId, id)).Select(check => check.CheckId)),
    };
}
