using System.Text;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Doris;

/// <summary>Calls of Doris' session action.</summary>
internal static class DorisCalls
{
    /// <summary>Sends the cookies that a test gives it, and no other.</summary>
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseCookies = false });

    public const string Own = "rest/v1/session";
    public const string All = "rest/v1/session/all";

    /// <summary>A call with a Basic pair.</summary>
    public static Task<HttpResponseMessage> DorisAsync(this TestServer server, string path, string user = "test", string password = "x") =>
        server.DorisAsync(path, ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))));

    /// <summary>A call with headers as they are given.</summary>
    public static async Task<HttpResponseMessage> DorisAsync(this TestServer server, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, path));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request);
    }

    public static Task<string> BodyAsync(this HttpResponseMessage response) => response.Content.ReadAsStringAsync();
}
