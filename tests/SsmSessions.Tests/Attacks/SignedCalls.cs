using System.Text;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Attacks;

/// <summary>Calls of a server that verifies signatures.</summary>
internal static class SignedCalls
{
    /// <summary>Calls an action, signed; the body of the answer.</summary>
    public static async Task<string> CallSignedAsync(this TestServer server, SigV4Signer signer, string action, string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        using var message = new HttpRequestMessage(HttpMethod.Post, server.Url) { Content = new ByteArrayContent(body) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        message.Headers.TryAddWithoutValidation("X-Amz-Target", "AmazonSSM." + action);
        signer.SignCall(message, server.Url, body);
        using var answer = await server.Http.SendAsync(message);
        return await answer.Content.ReadAsStringAsync();
    }
}
