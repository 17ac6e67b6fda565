namespace SsmSessions.Core.Faults;

/// <summary>A call that is to fail because a rule says so. Each front end gives it its own wire form.</summary>
/// <param name="rule">The rule; its effect is one of those that fail a call.</param>
public sealed class InjectedFailureException(FaultRule rule) : Exception(rule.Message ?? "A fault was set: " + rule.Effect)
{
    /// <summary>The rule.</summary>
    public FaultRule Rule => rule;
}
