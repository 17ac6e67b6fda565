using System.Text;

namespace SsmSessions.Conformance.Tests.Attacks;

/// <summary>Secrets by name, and the forms in which they could lie around.</summary>
internal sealed class Secrets
{
    private readonly Dictionary<string, string> _byName = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _byName.Count;

    /// <summary>Remembers one, and gives it back.</summary>
    public string Add(string name, string secret)
    {
        Assert.True(secret.Length >= 8, $"{name} is too short to be looked for");
        _byName[name] = secret;
        return secret;
    }

    /// <summary>The names of those that are in some bytes, in whatever form.</summary>
    public IEnumerable<string> In(byte[] bytes) => _byName
        .SelectMany(secret => Forms(secret.Value).Where(form => bytes.AsSpan().IndexOf(form.Bytes) >= 0).Select(form => $"{secret.Key} ({form.Name})"))
        .Distinct(StringComparer.Ordinal);

    /// <summary>The names of all, for those who look for them somewhere.</summary>
    public IReadOnlyCollection<string> Names => _byName.Keys;

    private static IEnumerable<(string Name, byte[] Bytes)> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return ("plain", bytes);
        yield return ("UTF-16", Encoding.Unicode.GetBytes(secret));
        yield return ("URL-encoded", Encoding.UTF8.GetBytes(Uri.EscapeDataString(secret)));
        yield return ("JSON", Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(secret).Trim('"')));
        yield return ("hexadecimal", Encoding.UTF8.GetBytes(Convert.ToHexString(bytes)));
        yield return ("hexadecimal", Encoding.UTF8.GetBytes(Convert.ToHexStringLower(bytes)));
        // In the middle of a longer text a secret has one of three forms; its first and last characters depend on what is beside it.
        for (var shift = 0; shift < 3; shift++)
        {
            var encoded = Convert.ToBase64String([.. new byte[shift], .. bytes]);
            var inner = encoded[(shift == 0 ? 0 : 4)..^4];
            if (inner.Length >= 8)
            {
                yield return ("base64", Encoding.UTF8.GetBytes(inner));
                yield return ("base64url", Encoding.UTF8.GetBytes(inner.Replace('+', '-').Replace('/', '_')));
            }
        }
    }
}
