using System.Text.Json.Serialization;
using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Access;

/// <summary>Somebody's request for just-in-time access to nodes (spec/ssm-control-plane.md §6).</summary>
/// <param name="Tenant">The account and region of the nodes.</param>
/// <param name="Id"><c>oi-</c> and 12 hexadecimal digits.</param>
public sealed record AccessRequest(Tenant Tenant, string Id)
{
    /// <summary>Why, in the requester's words.</summary>
    public required string Reason { get; init; }

    /// <summary>The ids of the nodes that access is asked for.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>The requester's ARN.</summary>
    public required string RequesterArn { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>What was decided; Expired is never stored but follows from the dates.</summary>
    public AccessRequestStatus Decision { get; init; }

    /// <summary>When it was decided, or null while it is pending.</summary>
    public DateTimeOffset? DecidedDate { get; init; }

    /// <summary>How it stands at a time: what nobody decides for a day expires, and so does what was approved a day ago.</summary>
    public AccessRequestStatus StatusAt(DateTimeOffset now) =>
        Decision is AccessRequestStatus.Pending or AccessRequestStatus.Approved && EndDate <= now ? AccessRequestStatus.Expired : Decision;

    /// <summary>Whether a caller is who asked: the same user, or another session of the same role.</summary>
    public bool IsOf(Caller caller) => Principal(RequesterArn) == Principal(caller.Arn);

    /// <summary>When it expires, unless it is decided otherwise before.</summary>
    public DateTimeOffset EndDate => (DecidedDate ?? CreatedDate) + AccessRequests.Window;

    private static string Principal(string arn) =>
        arn.Contains(":assumed-role/", StringComparison.Ordinal) ? arn[..arn.LastIndexOf('/')] : arn;
}

/// <summary>How an access request stands. The names are stored: they never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccessRequestStatus>))]
public enum AccessRequestStatus
{
    /// <summary>Nobody has decided.</summary>
    Pending,

    /// <summary>Credentials can be had.</summary>
    Approved,

    /// <summary>It was refused.</summary>
    Rejected,

    /// <summary>It was approved, and then taken back.</summary>
    Revoked,

    /// <summary>Its time is over.</summary>
    Expired,
}

/// <summary>Who decides on access requests.</summary>
public enum JustInTimeAccess
{
    /// <summary>Just-in-time access is not enabled: requests are refused.</summary>
    Off,

    /// <summary>Each request waits for somebody's word.</summary>
    Manual,

    /// <summary>Each request is approved.</summary>
    Auto,
}
