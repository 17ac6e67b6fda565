using System.Net;
using System.Text;

namespace SsmSessions.Testing;

/// <summary>Calls actions of the API as a plain HTTP client, signed well-formed but by nobody.</summary>
public sealed class ApiClient(Uri url) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = url };

    /// <summary>The client underneath, for what is no call of an action.</summary>
    public HttpClient Http => _http;

    /// <summary>Calls an action as user <c>test</c> of account 000000000000, or as another key id.</summary>
    public async Task<(HttpStatusCode Status, string Body)> CallAsync(
        string action, string json, string accessKeyId = "test", string region = "us-east-1", CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "AmazonSSM." + action);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20261122T000000Z");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={accessKeyId}/20261122/{region}/ssm/aws4_request, SignedHeaders=host;x-amz-date, Signature={new string('0', 64)}");
        using var response = await _http.SendAsync(request, cancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
