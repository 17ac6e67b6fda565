using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SsmSessions.Core.Identity;

namespace SsmSessions.Tests.Identity;

/// <summary>A request made of parts, and a signer of its own: written apart from the code that verifies.</summary>
internal sealed class TestRequest : ISignedRequest
{
    public string Method { get; set; } = "POST";

    public string Path { get; set; } = "/";

    public string Query { get; set; } = "";

    public byte[] Body { get; set; } = "{}"u8.ToArray();

    public int BodyHashes { get; private set; }

    /// <summary>One value for each line.</summary>
    public List<(string Name, string Value)> Headers { get; } = [("Host", "127.0.0.1:4580"), ("X-Amz-Target", "AmazonSSM.DescribeSessions")];

    public string? this[string name]
    {
        get => Header(name);
        set
        {
            Headers.RemoveAll(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (value is not null)
                Headers.Add((name, value));
        }
    }

    public string? Header(string name)
    {
        var values = Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value.Trim()).ToArray();
        return values.Length == 0 ? null : string.Join(',', values);
    }

    public void HashBody(Span<byte> sha256)
    {
        BodyHashes++;
        SHA256.HashData(Body, sha256);
    }

    /// <summary>Any signature, for where none is verified.</summary>
    public static TestRequest By(string keyId, string region = "us-east-1") => new()
    {
        ["X-Amz-Date"] = "20261121T120000Z",
        ["Authorization"] = $"AWS4-HMAC-SHA256 Credential={keyId}/20261121/{region}/ssm/aws4_request, SignedHeaders=host;x-amz-date, Signature=abc",
    };

    /// <summary>Signs with a secret.</summary>
    public TestRequest Sign(
        string keyId, string secret, DateTimeOffset? time = null, string? token = null, string region = "us-east-1", string service = "ssm", string? scope = null)
    {
        var date = Basic(time ?? Door.Noon);
        scope ??= $"{date[..8]}/{region}/{service}/aws4_request";
        return SignWith($"{keyId}/{scope}", date, token, text => Convert.ToHexStringLower(Hmac(secret, scope, text)));
    }

    /// <summary>Signs with a node's key.</summary>
    public TestRequest Sign(string nodeId, RSA key, DateTimeOffset? time = null, string region = "us-east-1")
    {
        var date = Basic(time ?? Door.Noon);
        return SignWith(
            $"{nodeId}/{date[..8]}/{region}/ssm/aws4_request", date, null, text => Convert.ToBase64String(Pss(key, text)));
    }

    public static byte[] Pss(RSA key, string text) => key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    public TestRequest SignWith(string credential, string date, string? token, Func<string, string> sign)
    {
        this["X-Amz-Date"] = date;
        this["X-Amz-Security-Token"] = token;
        this["Authorization"] = null;
        var names = Headers.Select(header => header.Name.ToLowerInvariant()).Order(StringComparer.Ordinal).ToArray();
        var signedHeaders = string.Join(';', names);
        var canonical = $"{Method}\n{Path}\n{Query}\n{string.Concat(names.Select(name => $"{name}:{Header(name)}\n"))}\n{signedHeaders}\n"
            + Convert.ToHexStringLower(SHA256.HashData(Body));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        var signature = sign($"AWS4-HMAC-SHA256\n{date}\n{credential[(credential.IndexOf('/') + 1)..]}\n{hash}");
        this["Authorization"] = $"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signedHeaders}, Signature={signature}";
        return this;
    }

    private static string Basic(DateTimeOffset time) => time.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    public static byte[] Hmac(string secret, string scope, string text) =>
        scope.Split('/').Append(text).Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
}
