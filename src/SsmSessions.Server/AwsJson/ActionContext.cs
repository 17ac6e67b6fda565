using SsmSessions.Core.Identity;

namespace SsmSessions.Server.AwsJson;

/// <summary>What an action knows of the call besides its request.</summary>
/// <param name="Caller">Who calls.</param>
/// <param name="RequestId">The x-amzn-RequestId of the answer.</param>
/// <param name="Scheme">http or https, as the caller came in.</param>
/// <param name="Host">The Host header: the name under which the caller reaches this server.</param>
internal sealed record ActionContext(Caller Caller, string RequestId, string Scheme, string Host)
{
    /// <summary>Where the call comes from: address and port; null where it is not known.</summary>
    public string? ClientOrigin { get; init; }


    /// <summary>The account and region of the call.</summary>
    public Tenant Tenant => Caller.Tenant;
}
