namespace SsmSessions.Core.Sessions;

/// <summary>What a list of sessions is limited to. All that is set must hold; a value asked for twice must be both.</summary>
public sealed class SessionFilter
{
    /// <summary>Only the session of this id.</summary>
    public string? SessionId { get; private set; }

    /// <summary>Only sessions to this target.</summary>
    public string? Target { get; private set; }

    /// <summary>Only sessions of this owner (ARN).</summary>
    public string? Owner { get; private set; }

    /// <summary>Only sessions in this status.</summary>
    public SessionStatus? Status { get; private set; }

    /// <summary>Only sessions of this access type.</summary>
    public AccessType? AccessType { get; private set; }

    /// <summary>Only sessions started at this date or later.</summary>
    public DateTimeOffset? StartedFrom { get; private set; }

    /// <summary>Only sessions started before this date.</summary>
    public DateTimeOffset? StartedBefore { get; private set; }

    /// <summary>True when the conditions exclude each other.</summary>
    public bool MatchesNothing { get; private set; }

    /// <summary>Adds a condition.</summary>
    public void WhereSessionId(string value) => SessionId = Both(SessionId, value);

    /// <summary>Adds a condition.</summary>
    public void WhereTarget(string value) => Target = Both(Target, value);

    /// <summary>Adds a condition.</summary>
    public void WhereOwner(string value) => Owner = Both(Owner, value);

    /// <summary>Adds a condition; a status that does not exist matches nothing.</summary>
    public void WhereStatus(SessionStatus? value)
    {
        MatchesNothing |= value is null || (Status is { } other && other != value);
        Status = value ?? Status;
    }

    /// <summary>Adds a condition; an access type that does not exist matches nothing.</summary>
    public void WhereAccessType(AccessType? value)
    {
        MatchesNothing |= value is null || (AccessType is { } other && other != value);
        AccessType = value ?? AccessType;
    }

    /// <summary>Adds a condition.</summary>
    public void WhereStartedFrom(DateTimeOffset value) => StartedFrom = StartedFrom is { } other && other > value ? other : value;

    /// <summary>Adds a condition.</summary>
    public void WhereStartedBefore(DateTimeOffset value) => StartedBefore = StartedBefore is { } other && other < value ? other : value;

    /// <summary>True when the session fulfils every condition.</summary>
    public bool Matches(Session session) =>
        !MatchesNothing
        && (SessionId is null || SessionId == session.Id)
        && (Target is null || Target == session.Target)
        && (Owner is null || Owner == session.Owner)
        && (Status is null || Status == session.Status)
        && (AccessType is null || AccessType == session.AccessType)
        && (StartedFrom is null || session.StartDate >= StartedFrom)
        && (StartedBefore is null || session.StartDate < StartedBefore);

    private string Both(string? former, string value)
    {
        MatchesNothing |= former is not null && former != value;
        return value;
    }
}
