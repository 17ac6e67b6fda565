using System.Globalization;

namespace SsmSessions.Core.Identity;

/// <summary>Reads the signature of a presigned request from its query. The names' case matters.</summary>
internal static class PresignedQuery
{
    /// <summary>The parameter that is no part of what it signs.</summary>
    public const string Signature = "X-Amz-Signature";

    private const string Algorithm = "X-Amz-Algorithm";
    private const string Credential = "X-Amz-Credential";
    private const string SignedHeaders = "X-Amz-SignedHeaders";
    private const string Date = "X-Amz-Date";
    private const string Expires = "X-Amz-Expires";
    private const string SecurityToken = "X-Amz-Security-Token";

    /// <summary>Seven days, in seconds: the longest life of a presigned request.</summary>
    private const int MaxExpires = 604_800;

    /// <summary>The parameters that must be there, in the order in which AWS misses them.</summary>
    private static readonly string[] Required = [Algorithm, Credential, Signature, SignedHeaders, Date];

    public static bool IsPresent(string query)
    {
        if (query.Length == 0)
            return false;
        foreach (var pair in new QueryPairs(query))
        {
            if (QueryPairs.Text(pair.Name) == Algorithm)
                return true;
        }

        return false;
    }

    public static SigV4Authorization Read(string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in new QueryPairs(query))
        {
            var name = QueryPairs.Text(pair.Name);
            if (name.StartsWith("X-Amz-", StringComparison.Ordinal))
                parameters[name] = QueryPairs.Text(pair.Value);
        }

        var missing = Required.Where(name => string.IsNullOrEmpty(parameters.GetValueOrDefault(name))).ToArray();
        if (missing.Length > 0)
            throw AuthenticationErrors.QueryLacks(missing);
        return new SigV4Authorization
        {
            IsPresigned = true,
            Algorithm = parameters[Algorithm].AsMemory(),
            Scope = new CredentialScope(parameters[Credential].AsMemory()),
            SignedHeaders = parameters[SignedHeaders].AsMemory(),
            Signature = parameters[Signature].AsMemory(),
            DateText = parameters[Date],
            SecurityToken = parameters.GetValueOrDefault(SecurityToken),
            Lifetime = parameters.TryGetValue(Expires, out var expires) ? ReadExpires(expires) : SignatureDate.Skew,
        };
    }

    private static TimeSpan ReadExpires(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= MaxExpires
            ? TimeSpan.FromSeconds(seconds)
            : throw AuthenticationErrors.BadExpires();
}
