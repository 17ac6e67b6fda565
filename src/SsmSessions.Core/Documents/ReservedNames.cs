namespace SsmSessions.Core.Documents;

/// <summary>The beginnings of names that customers' documents may not have (spec/ssm-control-plane.md §10.3). For <c>aws</c> the
/// check is on <c>aws-</c>, so that a name such as <c>awsome</c> is free.</summary>
internal static class ReservedNames
{
    private static readonly string[] Prefixes = ["aws-", "amazon", "amzn", "AWSEC2", "AWSConfigRemediation", "AWSSupport"];

    /// <exception cref="RefusedException">Validation.</exception>
    public static void Check(string name)
    {
        if (Prefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } reserved)
            throw new RefusedException(Refusal.Validation, $"Invalid document name {name}. The prefix {reserved} is reserved.");
    }
}
