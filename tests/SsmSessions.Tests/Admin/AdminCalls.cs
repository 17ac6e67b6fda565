using System.Text;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Admin;

/// <summary>Calls of Admin.</summary>
internal static class AdminCalls
{
    public static async Task<(int Status, string Body)> AdminAsync(
        this TestServer server, string method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("/_ssm-sessions/" + path, UriKind.Relative));
        if (json is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await server.Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
