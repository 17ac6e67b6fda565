using System.Security.Cryptography;
using System.Text;

namespace SsmSessions.Core.Identity;

/// <summary>Builds what a SigV4 signature is over, from what arrived.</summary>
internal static class CanonicalRequest
{
    /// <summary>
    /// The canonical request. The path is encoded once more than it arrived; a query is decoded as a form and encoded again
    /// (spec/ssm-data-channel.md §2.6, where its vectors are).
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="authorization">Its signature, for the signed headers and the form.</param>
    /// <param name="normalizePath">Whether <c>.</c>, <c>..</c> and empty segments go first. Clients of the websockets leave them.</param>
    /// <param name="bodyHash">SHA-256 of the body, hexadecimal.</param>
    public static string Build(ISignedRequest request, in SigV4Authorization authorization, bool normalizePath, string bodyHash)
    {
        var text = new StringBuilder(1_024);
        text.Append(request.Method).Append('\n');
        AppendPath(text, request.Path, normalizePath);
        text.Append('\n');
        AppendQuery(text, request.Query, authorization.IsPresigned);
        text.Append('\n');
        var signedHeaders = authorization.SignedHeaders.ToString().ToLowerInvariant();
        foreach (var name in signedHeaders.Split(';'))
        {
            text.Append(name).Append(':');
            AppendHeaderValue(text, name.Length == 0 ? null : request.Header(name));
            text.Append('\n');
        }

        return text.Append('\n').Append(signedHeaders).Append('\n').Append(bodyHash).ToString();
    }

    /// <summary>The string to sign, as bytes.</summary>
    public static byte[] StringToSign(string canonicalRequest, SignatureDate date, in CredentialScope scope)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)));
        return Encoding.UTF8.GetBytes(
            $"{SigV4Authorization.HmacSha256}\n{date.Basic}\n{scope.Date}/{scope.Region}/{scope.Service}/{scope.Terminator}\n{hash}");
    }

    private static void AppendPath(StringBuilder text, string path, bool normalize)
    {
        var canonical = normalize ? Normalize(path) : path;
        UriEncoding.Append(text, Encoding.UTF8.GetBytes(canonical.Length == 0 ? "/" : canonical), keepSlashes: true);
    }

    private static string Normalize(string path)
    {
        var segments = new List<string>();
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == ".." && segments.Count > 0)
                segments.RemoveAt(segments.Count - 1);
            else if (segment is not ("." or ".."))
                segments.Add(segment);
        }

        var end = path.EndsWith('/') && segments.Count > 0 ? "/" : "";
        return $"/{string.Join('/', segments)}{end}";
    }

    private static void AppendQuery(StringBuilder text, string query, bool presigned)
    {
        var pairs = new List<(string Name, string Value)>();
        foreach (var pair in new QueryPairs(query))
        {
            var name = Recode(pair.Name);
            if (!presigned || name != PresignedQuery.Signature)
                pairs.Add((name, Recode(pair.Value)));
        }

        pairs.Sort(static (a, b) =>
            string.CompareOrdinal(a.Name, b.Name) is var order and not 0 ? order : string.CompareOrdinal(a.Value, b.Value));
        for (var i = 0; i < pairs.Count; i++)
            text.Append(i == 0 ? "" : "&").Append(pairs[i].Name).Append('=').Append(pairs[i].Value);
    }

    private static string Recode(ReadOnlySpan<char> raw)
    {
        var text = new StringBuilder(raw.Length + 8);
        UriEncoding.Append(text, UriEncoding.FormDecode(raw), keepSlashes: false);
        return text.ToString();
    }

    /// <summary>Without blanks at the ends, and with one space for each run of them inside.</summary>
    private static void AppendHeaderValue(StringBuilder text, string? value)
    {
        var isFirst = true;
        foreach (var word in value.AsSpan().SplitAny(' ', '\t'))
        {
            if (word.Start.Equals(word.End))
                continue;
            text.Append(isFirst ? "" : " ").Append(value.AsSpan()[word]);
            isFirst = false;
        }
    }
}
