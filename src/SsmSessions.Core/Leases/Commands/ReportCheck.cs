namespace SsmSessions.Core.Leases.Commands;

/// <summary>Says how a check stands. One that is not there is left so, and it is not done.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="CheckId">The check.</param>
/// <param name="Status">passing, warning or critical.</param>
/// <param name="Output">What it says.</param>
public sealed record ReportCheck(string Node, string CheckId, string Status, string Output) : LeaseCommand
{
    /// <summary>Only while this host carries the node; null in any case.</summary>
    public string? Carrier { get; init; }

    internal override int Size => StoredSize;

    internal override LeaseOutcome Apply(LeaseStep step)
    {
        if (!step.State.Nodes.TryGetValue(Node, out var node) || (Carrier is not null && Carrier != node.Carrier))
            return LeaseOutcome.Unchanged;
        if (!node.Checks.TryGetValue(CheckId, out var check))
            return LeaseOutcome.Unchanged;
        if (check.Status != Status || check.Output != Output)
        {
            var reported = check with { Status = Status, Output = Output, ModifyIndex = step.Index };
            step.Set(node with { Checks = node.Checks.SetItem(check.CheckId, reported) });
        }

        return LeaseOutcome.Success;
    }
}
