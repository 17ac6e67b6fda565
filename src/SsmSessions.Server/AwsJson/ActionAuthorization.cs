using System.Collections.Frozen;
using SsmSessions.Core;
using SsmSessions.Core.Identity;

namespace SsmSessions.Server.AwsJson;

/// <summary>
/// Which callers may use which actions. There are no policies: an authenticated principal may do everything in its tenant.
/// Only nodes, and credentials that the service issued itself, are narrower.
/// </summary>
internal static class ActionAuthorization
{
    /// <summary>What agents call, and what the real service's policy for nodes (AmazonSSMManagedInstanceCore) allows besides: one machine that
    /// is broken into is no way to all others.</summary>
    private static readonly FrozenSet<string> AgentActions = FrozenSet.Create(
        "DescribeDocument", "GetDocument", "RegisterManagedInstance", "RequestManagedInstanceRoleToken", "UpdateInstanceInformation",
        "UpdateManagedInstancePublicKey");

    /// <exception cref="RefusedException">AccessDenied, with the real service's sentence (spec/ssm-control-plane.md §3.3).</exception>
    public static void Check(Caller caller, SsmAction action)
    {
        var allowed = caller.Kind switch
        {
            CallerKind.JustInTime => action.Name is "StartSession" or "ResumeSession" or "TerminateSession",
            CallerKind.Node or CallerKind.NodeRole => AgentActions.Contains(action.Name),
            CallerKind.Anonymous => action.AllowsAnonymous,
            _ => true,
        };
        if (!allowed)
            throw AccessDenied.To(caller, action.Name, caller.Tenant.Arn("ssm", "*"));
    }
}
