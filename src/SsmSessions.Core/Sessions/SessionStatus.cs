namespace SsmSessions.Core.Sessions;

/// <summary>Where a session is in its life (spec/ssm-control-plane.md §5.3). The names are stored and sent: they never change.</summary>
public enum SessionStatus
{
    /// <summary>Accepted; client and node have not both joined.</summary>
    Connecting,

    /// <summary>Client and node have joined.</summary>
    Connected,

    /// <summary>The client is gone, the session lives and can be resumed.</summary>
    Disconnected,

    /// <summary>The end was asked for, the node is not done yet.</summary>
    Terminating,

    /// <summary>Over.</summary>
    Terminated,

    /// <summary>Could not be run.</summary>
    Failed,
}

/// <summary>The two lists that sessions appear in.</summary>
public enum SessionState
{
    /// <summary>Connecting, Connected or Disconnected.</summary>
    Active,

    /// <summary>Terminating, Terminated or Failed; kept for 30 days after the end.</summary>
    History,
}

/// <summary>How the starter of a session came by the right to start it.</summary>
public enum AccessType
{
    /// <summary>By his own permissions.</summary>
    Standard,

    /// <summary>By an approved access request.</summary>
    JustInTime,
}

/// <summary>The states of statuses, and their names without allocation.</summary>
public static class SessionStatuses
{
    /// <summary>The list that a status belongs to.</summary>
    public static SessionState State(this SessionStatus status) =>
        status is SessionStatus.Connecting or SessionStatus.Connected or SessionStatus.Disconnected ? SessionState.Active : SessionState.History;

    /// <summary>The statuses of a list.</summary>
    public static IReadOnlyList<SessionStatus> Statuses(this SessionState state) => state == SessionState.Active
        ? [SessionStatus.Connecting, SessionStatus.Connected, SessionStatus.Disconnected]
        : [SessionStatus.Terminating, SessionStatus.Terminated, SessionStatus.Failed];

    /// <summary>The wire name.</summary>
    public static string Name(this SessionStatus status) => status switch
    {
        SessionStatus.Connecting => nameof(SessionStatus.Connecting),
        SessionStatus.Connected => nameof(SessionStatus.Connected),
        SessionStatus.Disconnected => nameof(SessionStatus.Disconnected),
        SessionStatus.Terminating => nameof(SessionStatus.Terminating),
        SessionStatus.Terminated => nameof(SessionStatus.Terminated),
        SessionStatus.Failed => nameof(SessionStatus.Failed),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, message: null),
    };

    /// <summary>The wire name.</summary>
    public static string Name(this SessionState state) => state == SessionState.Active ? nameof(SessionState.Active) : nameof(SessionState.History);

    /// <summary>The wire name.</summary>
    public static string Name(this AccessType type) => type == AccessType.Standard ? nameof(AccessType.Standard) : nameof(AccessType.JustInTime);
}
