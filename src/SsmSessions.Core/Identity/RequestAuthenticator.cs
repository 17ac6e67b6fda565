using System.Security.Cryptography;
using System.Text;

namespace SsmSessions.Core.Identity;

/// <summary>Says who makes a call (DESIGN.md §7), or throws why nobody is let in (spec/ssm-control-plane.md §1.8).</summary>
/// <remarks>
/// With a credentials file everything is verified. Without one, a well-formed signature is enough: its key id is the name of the
/// caller. Two kinds of callers are verified always: nodes that sign with their registered key, and bearers of credentials that
/// this service issued.
/// </remarks>
/// <param name="credentials">Who may call; null lets everybody in.</param>
/// <param name="issued">The credentials that this service issues.</param>
/// <param name="nodeKeys">The keys of registered nodes.</param>
/// <param name="realTime">The clock of signature dates and of agents' credentials, which a fake clock does not move.</param>
/// <param name="serviceTime">The service's clock, by which all other credentials end.</param>
public sealed class RequestAuthenticator(
    CredentialsFile? credentials, IssuedCredentials issued, INodeKeys nodeKeys, TimeProvider realTime, TimeProvider serviceTime)
{
    private readonly BoundedCache<Caller> _callers = new(4_096);
    private readonly SignatureVerifier _signatures = new(realTime);

    /// <summary>Whether a request carries a signature at all. One without is a stranger's, for the few calls that allow it.</summary>
    public static bool IsSigned(ISignedRequest request) => SigV4Authorization.IsPresent(request);

    /// <summary>Who signed a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="service">The called service, as signatures name it: <c>ssm</c>, <c>ssmmessages</c>, <c>ec2messages</c>.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <exception cref="AuthenticationFailedException">Nobody who is let in.</exception>
    public ValueTask<Caller> AuthenticateAsync(ISignedRequest request, string service, CancellationToken cancellationToken)
    {
        var authorization = SigV4Authorization.Read(request);
        if (IdentityText.IsNodeId(authorization.Scope.KeyId))
            return AuthenticateNodeAsync(request, authorization, service, cancellationToken);
        if (IssuedCredentials.IsOurs(authorization.SecurityToken))
            return AlsoVerifyNodeKeyAsync(VerifyIssued(request, authorization, service), request, cancellationToken);
        return credentials is null
            ? new(Believe(authorization, service))
            : AlsoVerifyNodeKeyAsync(Verify(credentials, request, authorization, service), request, cancellationToken);
    }

    /// <summary>
    /// Who logs in with a key id and its secret (Basic, a password prompt); null for nobody. Without a credentials file any pair will do.
    /// </summary>
    /// <param name="accessKeyId">The user name.</param>
    /// <param name="secretAccessKey">The password.</param>
    /// <param name="region">The region of the tenant.</param>
    public Caller? Login(string accessKeyId, string secretAccessKey, string region)
    {
        if (credentials is null)
            return IdentityText.IsName(accessKeyId) ? NamedBy(accessKeyId, region) : null;

        // Credentials with a session token need the token as well, and a login has no place for it.
        return credentials.TryFind(accessKeyId, out var known) && known.SessionToken is null
            && SameText(known.SecretAccessKey, secretAccessKey)
            ? known.CallerIn(region)
            : null;
    }

    private Caller Believe(in SigV4Authorization authorization, string service)
    {
        authorization.RequireKnownAlgorithm();
        authorization.Scope.Require(service, signed: null);
        if (_callers.TryGet(authorization.Scope.Text, out var caller))
            return caller;
        var keyId = authorization.Scope.KeyId;
        if (!IdentityText.IsName(keyId))
            throw AuthenticationErrors.UnknownClient();
        caller = NamedBy(keyId.ToString(), authorization.Scope.Region.ToString());
        _callers.Add(authorization.Scope.Text.ToString(), caller);
        return caller;
    }

    private static Caller NamedBy(string accessKeyId, string region)
    {
        if (IdentityText.IsAccount(accessKeyId))
        {
            var owned = new Tenant(accessKeyId, region);
            return new Caller(owned, CallerKind.Root, "root", owned.GlobalArn("iam", "root"), accessKeyId);
        }

        var tenant = new Tenant(Tenant.DefaultAccount, region);
        return new Caller(tenant, CallerKind.User, accessKeyId, tenant.GlobalArn("iam", $"user/{accessKeyId}"), accessKeyId);
    }

    private Caller Verify(CredentialsFile file, ISignedRequest request, in SigV4Authorization authorization, string service)
    {
        var date = _signatures.RequireScope(authorization, service);
        if (!file.TryFind(authorization.Scope.KeyId, out var known)
            || !SameText(known.SessionToken ?? "", authorization.SecurityToken ?? ""))
            throw AuthenticationErrors.UnknownClient();
        if (known.Expires <= serviceTime.GetUtcNow())
            throw AuthenticationErrors.Expired();
        _signatures.RequireSignature(request, authorization, date, known.SecretAccessKey);
        if (_callers.TryGet(authorization.Scope.Text, out var caller))
            return caller;
        caller = known.CallerIn(authorization.Scope.Region.ToString());
        _callers.Add(authorization.Scope.Text.ToString(), caller);
        return caller;
    }

    private Caller VerifyIssued(ISignedRequest request, in SigV4Authorization authorization, string service)
    {
        var date = _signatures.RequireScope(authorization, service);
        var accessKeyId = authorization.Scope.KeyId.ToString();
        var opened = issued.Open(authorization.SecurityToken!, accessKeyId) ?? throw AuthenticationErrors.UnknownClient();
        var claims = opened.Claims;
        var clock = claims.Kind == CallerKind.NodeRole ? realTime : serviceTime;
        if (claims.Expires <= clock.GetUtcNow())
            throw AuthenticationErrors.Expired();

        // A node belongs to one region, whatever region its agent was told; access was granted in one region and is good there only.
        if (claims.Kind == CallerKind.JustInTime && !authorization.Scope.Region.SequenceEqual(claims.Tenant.Region))
            throw AuthenticationErrors.Invalid(AuthenticationErrors.WrongRegion(authorization.Scope.Region));
        _signatures.RequireSignature(request, authorization, date, opened.SecretAccessKey);
        return new Caller(claims.Tenant, claims.Kind, claims.Name, claims.Arn, accessKeyId) { AccessRequestId = claims.AccessRequestId };
    }

    private async ValueTask<Caller> AuthenticateNodeAsync(
        ISignedRequest request, SigV4Authorization authorization, string service, CancellationToken cancellationToken)
    {
        var date = _signatures.RequireScope(authorization, service);
        var nodeId = authorization.Scope.KeyId.ToString();
        var key = await nodeKeys.FindAsync(nodeId, cancellationToken) ?? throw AuthenticationErrors.UnknownNode(nodeId);
        var signed = SignatureVerifier.StringToSign(request, authorization, date);
        if (!NodeSignature.Verify(key, signed, authorization.Signature.Span))
            throw AuthenticationErrors.SignatureDiffers();
        var arn = nodeId.StartsWith('m')
            ? key.Tenant.Arn("ssm", $"managed-instance/{nodeId}")
            : key.Tenant.Arn("ec2", $"instance/{nodeId}");
        return new Caller(key.Tenant, CallerKind.Node, nodeId, arn, nodeId) { ProvenNodeId = nodeId };
    }

    /// <summary>
    /// An EC2 node signs with its instance role, whose session is named for the instance, and signs that signature once more with its
    /// own key. A node whose key is not known has no second signature to check.
    /// </summary>
    private ValueTask<Caller> AlsoVerifyNodeKeyAsync(Caller caller, ISignedRequest request, CancellationToken cancellationToken) =>
        caller.Kind is CallerKind.Role or CallerKind.NodeRole && IdentityText.IsNodeId(caller.Name)
        && request.Header("ssm-asymmetrickeyauthorization") is { } header && request.Header("authorization") is { } authorization
            ? VerifyNodeKeyAsync(caller, header, authorization, cancellationToken)
            : new(caller);

    private async ValueTask<Caller> VerifyNodeKeyAsync(
        Caller caller, string header, string authorization, CancellationToken cancellationToken)
    {
        const string Prefix = "Signature=";
        if (await nodeKeys.FindAsync(caller.Name, cancellationToken) is not { } key)
            return caller;
        if (!header.StartsWith(Prefix, StringComparison.Ordinal)
            || key.Tenant.Account != caller.Tenant.Account
            || !NodeSignature.Verify(key, Encoding.UTF8.GetBytes(authorization), header.AsSpan(Prefix.Length)))
        {
            throw AuthenticationErrors.SignatureDiffers();
        }

        return caller with { ProvenNodeId = caller.Name };
    }

    private static bool SameText(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));
}
