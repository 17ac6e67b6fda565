using SsmSessions.Core.Identity;

namespace SsmSessions.Core;

/// <summary>The sentence of an action that a caller may not use on a resource (spec/ssm-control-plane.md §3.3).</summary>
public static class AccessDenied
{
    /// <summary>AccessDenied for one operation and one resource.</summary>
    /// <param name="caller">Who asked.</param>
    /// <param name="operation">The name of the operation.</param>
    /// <param name="resourceArn">What it was asked for.</param>
    public static RefusedException To(Caller caller, string operation, string resourceArn) => new(
        Refusal.AccessDenied,
        $"User: {caller.Arn} is not authorized to perform: ssm:{operation} on resource: {resourceArn} because no identity-based policy allows the ssm:{operation} action");
}
