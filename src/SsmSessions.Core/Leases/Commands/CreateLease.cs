namespace SsmSessions.Core.Leases.Commands;

/// <summary>Creates a lease whose values were checked; node and checks are looked at here (spec/consul-sessions.md §2.7, steps 9 to 11).</summary>
/// <param name="Lease">What is created, its indexes aside.</param>
public sealed record CreateLease(Lease Lease) : LeaseCommand
{
    internal override int Size => StoredSize;

    internal override LeaseOutcome Apply(LeaseStep step)
    {
        if (!step.State.Nodes.TryGetValue(Lease.Node, out var node))
            return LeaseOutcome.Refused("Missing node registration");
        foreach (var id in Lease.AllChecks)
        {
            if (id.Length == 0)
                return LeaseOutcome.Refused("failed check lookup: index error: object is missing a value for this index");
            if (!node.Checks.TryGetValue(id, out var check))
                return LeaseOutcome.Refused($"Missing check '{id}' registration");
            if (check.Status == CatalogCheck.Critical)
                return LeaseOutcome.Refused($"Check '{id}' is in critical state");
        }

        step.Add(Lease);
        return LeaseOutcome.Success;
    }
}
