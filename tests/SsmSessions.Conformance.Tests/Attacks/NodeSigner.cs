using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace SsmSessions.Conformance.Tests.Attacks;

/// <summary>Calls as an agent makes them, signed with its node's key (spec/ssm-control-plane.md §9.4).</summary>
internal static class NodeSigner
{
    public static async Task<string> CallAsync(HttpClient http, Uri url, string nodeId, RSA key, string action, string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        var date = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{date[..8]}/us-east-1/ssm/aws4_request";
        var canonical = $"POST\n/\n\nhost:{url.Authority}\nx-amz-date:{date}\nx-amz-target:AmazonSSM.{action}\n\nhost;x-amz-date;x-amz-target\n{Hex(body)}";
        var text = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hex(Encoding.UTF8.GetBytes(canonical))}";
        var signature = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "AmazonSSM." + action);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", date);
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={nodeId}/{scope}, SignedHeaders=host;x-amz-date;x-amz-target, Signature={signature}");
        using var response = await http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
