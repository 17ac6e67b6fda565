using System.Text;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Consul;

/// <summary>Calls of a test server's Consul API, the status, body and headers that come back.</summary>
internal static class CatalogCalls
{
    /// <summary>What every test server's own node and the node that it carries are called.</summary>
    public const string Host = "test-host";

    public static async Task<CatalogReply> ConsulAsync(this TestServer server, string method, string path, string? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (token is not null)
            request.Headers.Add("X-Consul-Token", token);
        using var response = await server.Http.SendAsync(request);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return new CatalogReply((int)response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
    }

    /// <summary>A call that must be answered 200; gives the body.</summary>
    public static async Task<string> PutAsync(this TestServer server, string path, string? body = null)
    {
        var reply = await server.ConsulAsync("PUT", path, body);
        Assert.True(reply.Status == 200, $"{reply.Status} {reply.Body}");
        return reply.Body;
    }

    /// <summary>A read that must be answered 200; gives the body.</summary>
    public static async Task<string> GetAsync(this TestServer server, string path)
    {
        var reply = await server.ConsulAsync("GET", path);
        Assert.True(reply.Status == 200, $"{reply.Status} {reply.Body}");
        return reply.Body;
    }

    /// <summary>Creates a session and gives its id.</summary>
    public static async Task<string> CreateSessionAsync(this TestServer server, string? body = null) =>
        (await server.PutAsync("/v1/session/create", body))["""{"ID":""".Length..].Trim('"', '}');

    /// <summary>Whether a session lives.</summary>
    public static async Task<bool> LivesAsync(this TestServer server, string session) => await server.GetAsync("/v1/session/info/" + session) != "[]";
}

internal sealed record CatalogReply(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Index => Headers["X-Consul-Index"];
}
