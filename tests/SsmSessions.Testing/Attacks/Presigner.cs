using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SsmSessions.Testing.Attacks;

/// <summary>Signs requests in their query, and changes them.</summary>
public static class Presigner
{
    private const string SignatureName = "X-Amz-Signature";

    /// <summary>Signs a request with all of its headers; what its query has besides is kept.</summary>
    public static RawRequest Sign(
        RawRequest request, string keyId, string secret, string service, TimeSpan lifetime, string region = "us-east-1", string? token = null)
    {
        var date = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{date[..8]}/{region}/{service}/aws4_request";
        var names = request.Headers.Select(h => h.Name.ToLowerInvariant()).Order(StringComparer.Ordinal).ToArray();
        var path = request.Target.Split('?')[0];
        var query = QueryOf(request.Target).ToList();
        query.Add(("X-Amz-Algorithm", "AWS4-HMAC-SHA256"));
        query.Add(("X-Amz-Credential", $"{keyId}/{scope}"));
        query.Add(("X-Amz-Date", date));
        query.Add(("X-Amz-Expires", lifetime.TotalSeconds.ToString(CultureInfo.InvariantCulture)));
        query.Add(("X-Amz-SignedHeaders", string.Join(';', names)));
        if (token is not null)
            query.Add(("X-Amz-Security-Token", token));
        var canonical = $"{request.Method}\n{path}\n{Text(query.Order())}\n{string.Concat(names.Select(name => $"{name}:{request[name]}\n"))}\n{string.Join(';', names)}\n{Hex(SHA256.HashData(request.Body))}";
        var text = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signature = scope.Split('/').Append(text)
            .Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        return request with { Target = $"{path}?{Text(query)}&{SignatureName}={Hex(signature)}" };
    }

    /// <summary>Changes every part of the query.</summary>
    public static IEnumerable<(string Attempt, RawRequest Request)> Tamper(RawRequest good)
    {
        var path = good.Target.Split('?')[0];
        var query = QueryOf(good.Target).ToArray();
        for (var i = 0; i < query.Length; i++)
        {
            var (name, value) = query[i];
            for (var at = 0; at < value.Length; at++)
            {
                var character = value[at] is '0' ? '1' : char.IsAsciiDigit(value[at]) ? (char)(value[at] - 1) : value[at] == 'x' ? 'y' : 'x';
                yield return ($"query, {name}: a character changed", With(i, (name, $"{value[..at]}{character}{value[(at + 1)..]}")));
                if (char.IsAsciiLetter(value[at]))
                    yield return ($"query, {name}: a letter's case changed", With(i, (name, $"{value[..at]}{(char)(value[at] ^ 0x20)}{value[(at + 1)..]}")));
            }

            yield return ($"query, {name}: lengthened", With(i, (name, value + "1")));
            yield return ($"query, {name}: emptied", With(i, (name, "")));
            if (name.Any(char.IsAsciiLetterUpper))
                yield return ($"query, {name}: the name in lower case", With(i, (name.ToLowerInvariant(), value)));
            yield return ($"query, {name}: removed", To(query.Where((_, index) => index != i)));
            if (name != SignatureName)
                yield return ($"query, {name}: twice", To([.. query, (name, value)]));
        }

        yield return ("query: one more parameter", To([.. query, ("a", "b")]));
        yield return ("query: a session token where none is due", To([.. query, ("X-Amz-Security-Token", "token")]));
        yield return ("query: an Authorization header besides", good.And("Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0"));

        RawRequest With(int index, (string, string) pair) => To(query.Select((given, i) => i == index ? pair : given));

        RawRequest To(IEnumerable<(string Name, string Value)> pairs) => good with { Target = $"{path}?{Text(pairs)}" };
    }

    private static IEnumerable<(string Name, string Value)> QueryOf(string target) => target.Contains('?', StringComparison.Ordinal)
        ? target[(target.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&').Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], Uri.UnescapeDataString(pair[1])))
        : [];

    private static string Text(IEnumerable<(string Name, string Value)> query) =>
        string.Join('&', query.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
