namespace SsmSessions.Core.Identity;

/// <summary>
/// The texts of every refused caller: spec/ssm-control-plane.md §1.8, and what sibling services answer where it is silent.
/// </summary>
internal static class AuthenticationErrors
{
    public static AuthenticationFailedException Unsigned() =>
        new(AuthenticationFailure.MissingAuthenticationToken, "Missing Authentication Token");

    public static AuthenticationFailedException BothForms() =>
        Invalid("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");

    public static AuthenticationFailedException HeaderTooLong() => Incomplete("Authorization header is too long.");

    public static AuthenticationFailedException HeaderLacks(IEnumerable<string> sentences, string header)
    {
        var lacks = string.Join(' ', sentences);
        return Incomplete($"{lacks} Authorization={header}", lacks);
    }

    public static AuthenticationFailedException NoEqualSign(ReadOnlySpan<char> part, string header) => Incomplete(
        $"'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'.",
        "A part of the Authorization header is not a key=value pair");

    public static AuthenticationFailedException QueryLacks(IEnumerable<string> names) =>
        Incomplete(string.Concat(names.Select(name => $"AWS query-string parameters must include '{name}'. ")) + ReExamine);

    public static AuthenticationFailedException BadExpires() =>
        Incomplete("'X-Amz-Expires' must be a number of seconds from 1 to 604800. " + ReExamine);

    public static AuthenticationFailedException BadAlgorithm(ReadOnlySpan<char> algorithm) =>
        Incomplete($"Unsupported AWS 'algorithm': '{algorithm}' (only AWS4-HMAC-SHA256 for now). ");

    public static AuthenticationFailedException BadCredential(ReadOnlySpan<char> credential) =>
        Incomplete($"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'");

    public static AuthenticationFailedException BadDate(string date) =>
        Incomplete($"Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601");

    public static AuthenticationFailedException TooOld(string date, string limit, string now, string skew) =>
        Invalid($"Signature expired: {date} is now earlier than {limit} ({now} - {skew})");

    public static AuthenticationFailedException InTheFuture(string date, string limit, string now, string skew) =>
        Invalid($"Signature not yet current: {date} is still later than {limit} ({now} + {skew})");

    public static AuthenticationFailedException HostNotSigned() =>
        Invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");

    public static AuthenticationFailedException SignatureDiffers() => Invalid(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
        + "and signing method. Consult the service documentation for details.");

    public static AuthenticationFailedException UnknownClient() =>
        new(AuthenticationFailure.UnrecognizedClient, UnknownClientText);

    public static AuthenticationFailedException UnknownNode(string nodeId) =>
        new(AuthenticationFailure.UnknownNode, UnknownClientText) { NodeId = nodeId };

    public static AuthenticationFailedException Expired() =>
        new(AuthenticationFailure.ExpiredToken, "The security token included in the request is expired");

    public static string WrongRegion(ReadOnlySpan<char> region) => $"Credential should be scoped to a valid region, not '{region}'. ";

    public static string WrongService(string service) => $"Credential should be scoped to correct service: '{service}'. ";

    public static string WrongTerminator(ReadOnlySpan<char> terminator) =>
        $"Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'.";

    public static string WrongScopeDate(ReadOnlySpan<char> date, SignatureDate signed) =>
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        + $"'{date}' != '{signed.Day}', from '{signed.Basic}'.";

    public static AuthenticationFailedException Invalid(string message) => new(AuthenticationFailure.InvalidSignature, message);

    private const string ReExamine = "Re-examine the query-string parameters.";
    private const string UnknownClientText = "The security token included in the request is invalid.";

    private static AuthenticationFailedException Incomplete(string wireMessage, string? logMessage = null) =>
        new(AuthenticationFailure.IncompleteSignature, wireMessage, logMessage);
}
