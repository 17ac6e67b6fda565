namespace SsmSessions.Core.Leases;

internal sealed partial class LeaseStep
{
    /// <summary>Stores a node with all that it has. Leases whose checks are critical or gone now are ended.</summary>
    public void Set(CatalogNode node)
    {
        var was = State.Nodes.GetValueOrDefault(node.Name);
        State = State with { Nodes = State.Nodes.SetItem(node.Name, node), CatalogIndex = Index };
        _touched.Add(LeaseTopic.Catalog);
        if (was is not null && was.Checks.Keys.Any(id => Lives(was, id) && !Lives(node, id)))
            EndWhere(node, lease => !lease.AllChecks.All(id => Lives(node, id)));
    }

    /// <summary>Removes a node; its leases end.</summary>
    public void Remove(CatalogNode node)
    {
        State = State with { Nodes = State.Nodes.Remove(node.Name), CatalogIndex = Index };
        _touched.Add(LeaseTopic.Catalog);
        EndWhere(node, _ => true);
    }

    private void EndWhere(CatalogNode node, Func<Lease, bool> ends)
    {
        foreach (var lease in State.LeasesOn(node.Name).Where(ends).ToArray())
            End(lease);
    }

    private static bool Lives(CatalogNode node, string checkId) =>
        node.Checks.TryGetValue(checkId, out var check) && check.Status != CatalogCheck.Critical;
}
