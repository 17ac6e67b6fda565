namespace SsmSessions.Core.Leases.Commands;

/// <summary>Invalidates a lease. One that is not there is no error.</summary>
/// <param name="Id">Its id, in any case.</param>
public sealed record EndLease(string Id) : LeaseCommand
{
    internal override LeaseOutcome Apply(LeaseStep step)
    {
        if (step.State.FindLease(Id) is { } lease)
            step.End(lease);
        return LeaseOutcome.Success;
    }
}
