namespace SsmSessions.Core.Identity;

/// <summary>Who makes a call, once the door let him in.</summary>
/// <param name="Tenant">The account and region of the call.</param>
/// <param name="Kind">What the caller is.</param>
/// <param name="Name">The first part of the ids of his sessions: user name, role session name, or <c>root</c>; for a node its id.</param>
/// <param name="Arn">His ARN, the Owner of his sessions (spec/ssm-control-plane.md §5.2).</param>
/// <param name="AccessKeyId">The access key id that signed the call.</param>
public sealed record Caller(Tenant Tenant, CallerKind Kind, string Name, string Arn, string AccessKeyId)
{
    /// <summary>The access request whose credentials signed the call, for <see cref="CallerKind.JustInTime"/>.</summary>
    public string? AccessRequestId { get; init; }

    /// <summary>
    /// The node whose key vouches for the call: that of a <see cref="CallerKind.Node"/>, or of an EC2 node whose instance role signed
    /// and whose own key signed beside it (spec/ssm-control-plane.md §9.4).
    /// </summary>
    public string? ProvenNodeId { get; init; }
}

/// <summary>What a caller is.</summary>
public enum CallerKind
{
    /// <summary>The account's root.</summary>
    Root,

    /// <summary>An IAM user.</summary>
    User,

    /// <summary>A role's session.</summary>
    Role,

    /// <summary>A managed node that signed with its own registered key.</summary>
    Node,

    /// <summary>A managed node's role: credentials from RequestManagedInstanceRoleToken.</summary>
    NodeRole,

    /// <summary>Just-in-time credentials from GetAccessToken.</summary>
    JustInTime,

    /// <summary>Nobody: an unsigned call that is allowed to be (RegisterManagedInstance).</summary>
    Anonymous,
}
