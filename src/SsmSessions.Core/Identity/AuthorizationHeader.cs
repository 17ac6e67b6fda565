namespace SsmSessions.Core.Identity;

/// <summary>Reads <c>AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…</c> without copying any of it.</summary>
/// <remarks>
/// Parts are separated by commas, blanks or both. A comma inside a part (a user name may hold one) does not end it: one does
/// that is followed by a blank, by the end, or by the name of a known part.
/// </remarks>
internal static class AuthorizationHeader
{
    /// <summary>The longest header that is read, characters. The base64 signature of a 4,096-bit key has 684.</summary>
    public const int MaxLength = 4_096;

    private const string Credential = "Credential";
    private const string SignedHeaders = "SignedHeaders";
    private const string Signature = "Signature";

    public static SigV4Authorization Read(string header, ISignedRequest request)
    {
        if (header.Length > MaxLength)
            throw AuthenticationErrors.HeaderTooLong();
        var amzDate = request.Header("x-amz-date");
        var date = string.IsNullOrEmpty(amzDate) ? request.Header("date") : amzDate;
        var parts = ReadParts(header);
        if (parts.Credential.IsEmpty || parts.SignedHeaders is null || parts.Signature.IsEmpty || string.IsNullOrEmpty(date))
            throw AuthenticationErrors.HeaderLacks(Lacks(parts, date), header);
        return new SigV4Authorization
        {
            Algorithm = parts.Algorithm,
            Scope = new CredentialScope(parts.Credential),
            SignedHeaders = parts.SignedHeaders.Value,
            Signature = parts.Signature,
            DateText = date,
            IsDateHeader = string.IsNullOrEmpty(amzDate),
            SecurityToken = request.Header("x-amz-security-token"),
            Lifetime = SignatureDate.Skew,
        };
    }

    private static Parts ReadParts(string header)
    {
        var parts = new Parts();
        var rest = header.AsMemory();
        for (var isFirst = true; !(rest = SkipSeparators(rest)).IsEmpty; isFirst = false)
        {
            var part = rest[..PartLength(rest.Span)];
            rest = rest[part.Length..];
            if (isFirst)
                parts.Algorithm = part;
            else
                Assign(ref parts, part, header);
        }

        return parts;
    }

    private static void Assign(ref Parts parts, ReadOnlyMemory<char> part, string header)
    {
        var equals = part.Span.IndexOf('=');
        if (equals < 0)
            throw AuthenticationErrors.NoEqualSign(part.Span, header);
        var value = part[(equals + 1)..];
        var isRepeated = false;
        switch (part.Span[..equals])
        {
            case Credential:
                (isRepeated, parts.Credential) = (!parts.Credential.IsEmpty, value);
                break;
            case SignedHeaders:
                (isRepeated, parts.SignedHeaders) = (parts.SignedHeaders is not null, value);
                break;
            case Signature:
                (isRepeated, parts.Signature) = (!parts.Signature.IsEmpty, value);
                break;
        }

        // Of two signatures, whoever stands between may have looked at the other one.
        if (isRepeated)
            throw AuthenticationErrors.SignatureDiffers();
    }

    private static ReadOnlyMemory<char> SkipSeparators(ReadOnlyMemory<char> text) => text.TrimStart(" \t,");

    private static int PartLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (true)
        {
            var separator = text[length..].IndexOfAny(' ', '\t', ',');
            if (separator < 0)
                return text.Length;
            length += separator;
            if (text[length] != ',' || EndsPart(text[(length + 1)..]))
                return length;
            length++;
        }
    }

    private static bool EndsPart(ReadOnlySpan<char> next) =>
        next.IsEmpty || next[0] is ' ' or '\t' or ','
        || Names(next, Credential) || Names(next, SignedHeaders) || Names(next, Signature);

    private static bool Names(ReadOnlySpan<char> text, string name) =>
        text.Length > name.Length && text[name.Length] == '=' && text.StartsWith(name, StringComparison.Ordinal);

    private static IEnumerable<string> Lacks(Parts parts, string? date)
    {
        if (parts.Credential.IsEmpty)
            yield return "Authorization header requires 'Credential' parameter.";
        if (parts.Signature.IsEmpty)
            yield return "Authorization header requires 'Signature' parameter.";
        if (parts.SignedHeaders is null)
            yield return "Authorization header requires 'SignedHeaders' parameter.";
        if (string.IsNullOrEmpty(date))
            yield return "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
    }

    private struct Parts
    {
        public ReadOnlyMemory<char> Algorithm;
        public ReadOnlyMemory<char> Credential;
        public ReadOnlyMemory<char>? SignedHeaders;
        public ReadOnlyMemory<char> Signature;
    }
}
