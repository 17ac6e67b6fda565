using System.Security.Cryptography;

namespace SsmSessions.Core.Identity;

/// <summary>The checks that every verified signature goes through, in the order of AWS.</summary>
internal sealed class SignatureVerifier(TimeProvider realTime)
{
    /// <summary>The clients of this service sign the path as they send it; all others normalize it first.</summary>
    private const string MessageGateway = "ssmmessages";

    private readonly SigningKeys _keys = new();

    /// <summary>Requires a readable, current date, the host among the signed headers, the algorithm and the scope.</summary>
    public SignatureDate RequireScope(in SigV4Authorization authorization, string service)
    {
        if (!SignatureDate.TryParse(authorization.DateText, authorization.IsDateHeader, out var date))
            throw AuthenticationErrors.BadDate(authorization.DateText);
        date.RequireCurrent(realTime.GetUtcNow(), authorization.Lifetime);
        if (!authorization.Signs("host"))
            throw AuthenticationErrors.HostNotSigned();
        authorization.RequireKnownAlgorithm();
        authorization.Scope.Require(service, date);
        return date;
    }

    /// <summary>Requires the signature that this secret makes.</summary>
    public void RequireSignature(ISignedRequest request, in SigV4Authorization authorization, SignatureDate date, string secret)
    {
        if (!_keys.Verify(authorization, secret, StringToSign(request, authorization, date)))
            throw AuthenticationErrors.SignatureDiffers();
    }

    /// <summary>The bytes that were signed. A signed body hash that is not that of the body is refused here.</summary>
    public static byte[] StringToSign(ISignedRequest request, in SigV4Authorization authorization, SignatureDate date)
    {
        const string ContentHash = "x-amz-content-sha256";
        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        request.HashBody(sha256);
        var bodyHash = Convert.ToHexStringLower(sha256);
        if (authorization.Signs(ContentHash) && request.Header(ContentHash)?.Trim() != bodyHash)
            throw AuthenticationErrors.SignatureDiffers();
        var normalizePath = !authorization.Scope.Service.SequenceEqual(MessageGateway);
        return CanonicalRequest.StringToSign(
            CanonicalRequest.Build(request, authorization, normalizePath, bodyHash), date, authorization.Scope);
    }
}
