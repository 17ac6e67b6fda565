using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Core.Access;

/// <summary>What just-in-time credentials are good for. Callers with credentials of their own pass.</summary>
public sealed class AccessRule(AccessRequests requests, SessionRepository sessions)
{
    /// <summary>Refuses to start a session to a target that the caller's access request does not cover, or not any more.</summary>
    /// <exception cref="RefusedException">AccessDenied.</exception>
    public async ValueTask RequireTargetAsync(Caller caller, string target, CancellationToken cancellationToken)
    {
        if (caller.Kind != CallerKind.JustInTime)
            return;
        if (caller.AccessRequestId is not { } id || !await requests.AllowsAsync(caller.Tenant, id, target, cancellationToken))
            throw AccessDenied.To(caller, "StartSession", NodeId.ArnOf(caller.Tenant, target));
    }

    /// <summary>Refuses another principal's session: to resume it would be a way to a target that is not covered.</summary>
    /// <exception cref="RefusedException">AccessDenied. One that does not exist is the operation's own business.</exception>
    public async ValueTask RequireSessionAsync(Caller caller, string operation, string sessionId, CancellationToken cancellationToken)
    {
        if (caller.Kind != CallerKind.JustInTime)
            return;
        if (await sessions.FindAsync(caller.Tenant, sessionId, cancellationToken) is { } found && found.Session.Owner != caller.Arn)
            throw AccessDenied.To(caller, operation, caller.Tenant.Arn("ssm", $"session/{sessionId}"));
    }
}
