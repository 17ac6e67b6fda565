namespace SsmSessions.Core.Identity;

/// <summary>
/// What a request says about its signature, from the Authorization header or from the query of a presigned request. Read, not verified.
/// </summary>
internal readonly struct SigV4Authorization
{
    /// <summary>The one algorithm. Nodes that sign with RSA name it too (spec/ssm-control-plane.md §9.4).</summary>
    public const string HmacSha256 = "AWS4-HMAC-SHA256";

    /// <summary>The credential, perhaps not of five parts yet.</summary>
    public required CredentialScope Scope { get; init; }

    /// <summary>As given, names separated by semicolons.</summary>
    public required ReadOnlyMemory<char> SignedHeaders { get; init; }

    /// <summary>64 hexadecimal digits, or base64 when a node's key signed. Not checked.</summary>
    public required ReadOnlyMemory<char> Signature { get; init; }

    /// <summary>The algorithm, perhaps an unknown one.</summary>
    public required ReadOnlyMemory<char> Algorithm { get; init; }

    /// <summary>The text of the date.</summary>
    public required string DateText { get; init; }

    /// <summary>Whether the date is that of the Date header, which may have HTTP's form.</summary>
    public bool IsDateHeader { get; init; }

    /// <summary>The session token that came along.</summary>
    public string? SecurityToken { get; init; }

    /// <summary>Whether this is the query form.</summary>
    public bool IsPresigned { get; init; }

    /// <summary>How long the signature is good after its date.</summary>
    public TimeSpan Lifetime { get; init; }

    /// <summary>Whether a request carries a signature at all, good or bad, in one form or the other.</summary>
    public static bool IsPresent(ISignedRequest request) =>
        !string.IsNullOrWhiteSpace(request.Header("authorization")) || PresignedQuery.IsPresent(request.Query);

    /// <summary>Reads either form.</summary>
    /// <exception cref="AuthenticationFailedException">There is none, there are both, or parts are missing.</exception>
    public static SigV4Authorization Read(ISignedRequest request)
    {
        var header = request.Header("authorization");
        var isPresigned = PresignedQuery.IsPresent(request.Query);
        if (string.IsNullOrWhiteSpace(header))
            return isPresigned ? PresignedQuery.Read(request.Query) : throw AuthenticationErrors.Unsigned();
        return isPresigned ? throw AuthenticationErrors.BothForms() : AuthorizationHeader.Read(header, request);
    }

    /// <summary>Refuses an algorithm that is not known.</summary>
    public void RequireKnownAlgorithm()
    {
        if (!Algorithm.Span.SequenceEqual(HmacSha256))
            throw AuthenticationErrors.BadAlgorithm(Algorithm.Span);
    }

    /// <summary>Whether a header is among the signed ones.</summary>
    public bool Signs(string header)
    {
        foreach (var range in SignedHeaders.Span.Split(';'))
        {
            if (SignedHeaders.Span[range].Equals(header, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
