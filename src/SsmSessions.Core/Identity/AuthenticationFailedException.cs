namespace SsmSessions.Core.Identity;

/// <summary>Why a caller was not let in. A front end turns it into its own code; HTTP 400 (spec/ssm-control-plane.md §1.8).</summary>
public enum AuthenticationFailure
{
    /// <summary>Nothing is signed: <c>MissingAuthenticationTokenException</c>.</summary>
    MissingAuthenticationToken,

    /// <summary>The signature lacks parts, or they cannot be read: <c>IncompleteSignatureException</c>.</summary>
    IncompleteSignature,

    /// <summary>The signature, its date or its scope is wrong: <c>InvalidSignatureException</c>.</summary>
    InvalidSignature,

    /// <summary>Unknown key id or bad session token: <c>UnrecognizedClientException</c>.</summary>
    UnrecognizedClient,

    /// <summary>The credentials are past their end: <c>ExpiredTokenException</c>.</summary>
    ExpiredToken,

    /// <summary>
    /// A node that is not registered (any more), named by <see cref="AuthenticationFailedException.NodeId"/>:
    /// <c>UnrecognizedClientException</c>, but RequestManagedInstanceRoleToken answers <c>InvalidInstanceId</c> (§9.3).
    /// </summary>
    UnknownNode,
}

/// <summary>The caller could not be authenticated.</summary>
/// <remarks>
/// <see cref="Exception.Message"/> is safe to log. <see cref="WireMessage"/> is not: where the real service echoes the caller's
/// Authorization header, so does it.
/// </remarks>
public sealed class AuthenticationFailedException : Exception
{
    internal AuthenticationFailedException(AuthenticationFailure failure, string wireMessage, string? logMessage = null)
        : base(logMessage ?? wireMessage)
    {
        Failure = failure;
        WireMessage = wireMessage;
    }

    /// <summary>Why.</summary>
    public AuthenticationFailure Failure { get; }

    /// <summary>The text for the caller, to the letter. Never logged.</summary>
    public string WireMessage { get; }

    /// <summary>The node, for <see cref="AuthenticationFailure.UnknownNode"/>.</summary>
    public string? NodeId { get; internal init; }
}
