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

    /// <summary>Refuses to resume what could not be started: another principal's session, one that was not started by just-in-time access, one
    /// to a target that is not covered, or not any more.</summary>
    /// <exception cref="RefusedException">AccessDenied. A session that does not exist is the operation's own business.</exception>
    public async ValueTask RequireResumableAsync(Caller caller, string sessionId, CancellationToken cancellationToken)
    {
        if (await RequireOwnAsync(caller, "ResumeSession", sessionId, cancellationToken) is { } session
            && (caller.AccessRequestId is not { } id || !await requests.AllowsAsync(caller.Tenant, id, session.Target, cancellationToken)))
        {
            throw Denied(caller, "ResumeSession", sessionId);
        }
    }

    /// <summary>Refuses to end another principal's session, or one that was not started by just-in-time access. What was covered once can be
    /// ended when it is not any more.</summary>
    /// <exception cref="RefusedException">AccessDenied. A session that does not exist is the operation's own business.</exception>
    public async ValueTask RequireTerminableAsync(Caller caller, string sessionId, CancellationToken cancellationToken) =>
        await RequireOwnAsync(caller, "TerminateSession", sessionId, cancellationToken);

    /// <returns>The session where it is to be looked at; null for callers that pass, and where there is none.</returns>
    private async ValueTask<Session?> RequireOwnAsync(Caller caller, string operation, string sessionId, CancellationToken cancellationToken)
    {
        if (caller.Kind != CallerKind.JustInTime || await sessions.FindAsync(caller.Tenant, sessionId, cancellationToken) is not { Session: var session })
            return null;
        return session.Owner == caller.Arn && session.AccessType == AccessType.JustInTime ? session : throw Denied(caller, operation, sessionId);
    }

    private static RefusedException Denied(Caller caller, string operation, string sessionId) =>
        AccessDenied.To(caller, operation, caller.Tenant.Arn("ssm", $"session/{sessionId}"));
}
