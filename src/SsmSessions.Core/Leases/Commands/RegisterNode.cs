using System.Collections.Immutable;

namespace SsmSessions.Core.Leases.Commands;

/// <summary>Registers a node, or changes it, with at most one service and any checks (spec/consul-sessions.md §10). What says nothing new
/// changes nothing. A node that a host carries stays one.</summary>
/// <param name="Node">The node without services and checks; null leaves a registered node as it is.</param>
/// <param name="NodeName">Its name.</param>
public sealed record RegisterNode(string NodeName, CatalogNode? Node) : LeaseCommand
{
    /// <summary>A service of it; null for none.</summary>
    public CatalogService? Service { get; init; }

    /// <summary>Checks of it.</summary>
    public ImmutableArray<CatalogCheck> Checks { get; init; } = [];

    internal override int Size => StoredSize;

    internal override LeaseOutcome Apply(LeaseStep step)
    {
        var registered = step.State.Nodes.GetValueOrDefault(NodeName);
        var formerly = FindFormer(step.State, registered);
        if (FindNameHolder(registered, formerly) is { } holder)
            return LeaseOutcome.Refused(Reserved(holder, formerly));

        var node = WithNode(registered, formerly, step.Index);
        if (Service is not null)
            node = WithService(node, Service, step.Index);
        foreach (var check in Checks)
        {
            if (Refuse(node, check) is { } refusal)
                return LeaseOutcome.Refused($"failed inserting check: {refusal} on node \"{NodeName}\"");
            node = WithCheck(node, check, step.Index);
        }

        if (formerly is not null)
            step.Remove(formerly);
        if (!ReferenceEquals(node, registered))
            step.Set(node);
        return LeaseOutcome.Success;
    }

    /// <summary>The node that has the id under another name: it is renamed, and what it had is gone with the old name.</summary>
    private CatalogNode? FindFormer(LeaseState state, CatalogNode? registered) =>
        Node is { Id: { Length: > 0 } id } && !NameOrder.Same(registered?.Id, id)
            ? state.Nodes.Values.FirstOrDefault(node => NameOrder.Same(node.Id, id))
            : null;

    /// <summary>Who keeps the name from a node of another id. One that was lost gives it up, and so does one without an id, but not to a node
    /// that has a name already. What hosts say of their own nodes holds in any case.</summary>
    private CatalogNode? FindNameHolder(CatalogNode? registered, CatalogNode? formerly)
    {
        if (registered is null || Node is null or { Id: "" } or { IsMember: true } || NameOrder.Same(registered.Id, Node.Id))
            return null;
        var wasLost = registered.Checks.GetValueOrDefault(CatalogCheck.SerfHealth) is { Status: CatalogCheck.Critical };
        return wasLost || (registered.Id == "" && formerly is null) ? null : registered;
    }

    private string Reserved(CatalogNode holder, CatalogNode? formerly) =>
        $"failed inserting node: Error while renaming Node ID: \"{Node!.Id}\"{(formerly is null ? "" : $" ({Node.Address})")}: "
        + $"Node name {NodeName} is reserved by node {holder.Id} with name {holder.Name} ({holder.Address})";

    private CatalogNode WithNode(CatalogNode? registered, CatalogNode? formerly, ulong index)
    {
        if (registered is null)
        {
            return (Node ?? new CatalogNode { Name = NodeName }) with
            {
                Name = NodeName,
                Services = LeaseState.NoServices,
                Checks = LeaseState.NoChecks,
                CreateIndex = formerly?.CreateIndex ?? index,
                ModifyIndex = index,
            };
        }

        if (Node is null)
            return registered;
        var carrier = Node.Carrier ?? registered.Carrier;
        if (Node.SaysAs(registered))
            return carrier == registered.Carrier ? registered : registered with { Carrier = carrier };
        return Node with
        {
            Name = NodeName,
            Services = registered.Services,
            Checks = registered.Checks,
            Carrier = carrier,
            CreateIndex = registered.CreateIndex,
            ModifyIndex = index,
        };
    }

    private static CatalogNode WithService(CatalogNode node, CatalogService service, ulong index)
    {
        var registered = node.Services.GetValueOrDefault(service.Id);
        if (registered is not null && service.SaysAs(registered))
            return node;
        var changed = service with { CreateIndex = registered?.CreateIndex ?? index, ModifyIndex = index };
        return node with { Services = node.Services.Remove(service.Id).Add(service.Id, changed) };
    }

    private static string? Refuse(CatalogNode node, CatalogCheck check)
    {
        if (check.CheckId == "")
            return "failed health check lookup: index error: object is missing a value for this index";
        return check.ServiceId == "" || node.Services.ContainsKey(check.ServiceId) ? null : "Missing service registration";
    }

    private static CatalogNode WithCheck(CatalogNode node, CatalogCheck check, ulong index)
    {
        if (check.Status == "")
            check = check with { Status = CatalogCheck.Critical };
        if (check.ServiceId != "" && node.Services[check.ServiceId] is var service)
            check = check with { ServiceName = service.Service, ServiceTags = service.Tags };
        var registered = node.Checks.GetValueOrDefault(check.CheckId);
        if (registered is not null && check.SaysAs(registered))
            return node;
        var changed = check with { CreateIndex = registered?.CreateIndex ?? index, ModifyIndex = index };
        return node with { Checks = node.Checks.Remove(check.CheckId).Add(check.CheckId, changed) };
    }
}
