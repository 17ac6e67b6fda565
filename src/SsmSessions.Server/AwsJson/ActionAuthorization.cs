using SsmSessions.Core;
using SsmSessions.Core.Identity;

namespace SsmSessions.Server.AwsJson;

/// <summary>
/// Which callers may use which actions. There are no policies: an authenticated principal may do everything in its tenant.
/// Only credentials that the service issued itself are narrower.
/// </summary>
internal static class ActionAuthorization
{
    /// <exception cref="RefusedException">AccessDenied, with the real service's sentence (spec/ssm-control-plane.md §3.3).</exception>
    public static void Check(Caller caller, SsmAction action)
    {
        var allowed = caller.Kind switch
        {
            CallerKind.JustInTime => action.Name is "StartSession" or "ResumeSession" or "TerminateSession",
            CallerKind.Anonymous => action.AllowsAnonymous,
            _ => true,
        };
        if (!allowed)
            throw AccessDenied.To(caller, action.Name, caller.Tenant.Arn("ssm", "*"));
    }
}
