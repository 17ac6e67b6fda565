using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SsmSessions.Testing;

/// <summary>Signs requests as clients do. Written from the specification, apart from the code that verifies.</summary>
/// <param name="AccessKeyId">Who signs.</param>
/// <param name="SecretAccessKey">With what.</param>
/// <param name="Region">The region of the scope.</param>
public sealed record SigV4Signer(string AccessKeyId, string SecretAccessKey, string Region = "us-east-1")
{
    /// <summary>The token of temporary keys, or null.</summary>
    public string? SessionToken { get; init; }

    /// <summary>Signs a call of the API.</summary>
    public void SignCall(HttpRequestMessage request, Uri url, byte[] body)
    {
        foreach (var (name, value) in Sign("ssm", "POST", url, body))
            request.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>The headers of a signed upgrade to a websocket, as clients since 1.2.764.0 send them (spec/ssm-data-channel.md §2.6).</summary>
    public IReadOnlyDictionary<string, string> SignUpgrade(Uri url) => Sign("ssmmessages", "GET", url, body: []);

    private Dictionary<string, string> Sign(string service, string method, Uri url, byte[] body)
    {
        var date = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{date[..8]}/{Region}/{service}/aws4_request";
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Amz-Date"] = date };
        if (SessionToken is not null)
            headers["X-Amz-Security-Token"] = SessionToken;
        var signed = headers.Select(h => (Name: h.Key.ToLowerInvariant(), h.Value)).Prepend((Name: "host", Value: url.Authority)).ToList();
        var names = string.Join(';', signed.Select(h => h.Name));
        var canonical = string.Join(
            '\n',
            [method, Encode(url.AbsolutePath, '/'), Query(url.Query), .. signed.Select(h => $"{h.Name}:{h.Value}"), "", names, Hex(SHA256.HashData(body))]);
        var text = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signature = scope.Split('/').Append(text)
            .Aggregate(Encoding.UTF8.GetBytes("AWS4" + SecretAccessKey), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        headers["Authorization"] = $"AWS4-HMAC-SHA256 Credential={AccessKeyId}/{scope}, SignedHeaders={names}, Signature={Hex(signature)}";
        return headers;
    }

    /// <summary>Decoded as a form, encoded again, sorted.</summary>
    private static string Query(string query) => string.Join(
        '&',
        query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(pair => (Name: Recode(pair[0]), Value: Recode(pair.Length > 1 ? pair[1] : "")))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}"));

    private static string Recode(string text) => Encode(Uri.UnescapeDataString(text.Replace('+', ' ')));

    /// <summary>Escapes every byte but the unreserved ones, a percent sign too.</summary>
    private static string Encode(string text, char? kept = null) => string.Concat(
        Encoding.UTF8.GetBytes(text).Select(b => char.IsAsciiLetterOrDigit((char)b) || "-_.~".Contains((char)b, StringComparison.Ordinal) || b == kept
            ? ((char)b).ToString()
            : $"%{b:X2}"));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
