using System.Globalization;
using System.Net;
using System.Text.Json;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>
/// Consul's API as it stands on the wire, without a library. With several hosts each request goes to the next of them: what one was told
/// another is asked for.
/// </summary>
internal sealed class ConsulClient : IDisposable
{
    private readonly HttpClient[] _hosts;
    private int _requests;

    public ConsulClient(params IEnumerable<Uri> hosts) =>
        _hosts = [.. hosts.Select(host => new HttpClient { BaseAddress = host, Timeout = TimeSpan.FromMinutes(1) })];

    public Task<ConsulReply> GetAsync(string path) => SendAsync(HttpMethod.Get, path, body: null);

    public Task<ConsulReply> PutAsync(string path, string? body = null) =>
        SendAsync(HttpMethod.Put, path, body is null ? null : new StringContent(body));

    public Task<ConsulReply> PutAsync(string path, byte[] body) => SendAsync(HttpMethod.Put, path, new ByteArrayContent(body));

    public Task<ConsulReply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, body: null);

    /// <summary>Sends a request to the next host.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the answer was there. It may have been carried out.</exception>
    /// <exception cref="HttpRequestException">No answer came. It may have been carried out.</exception>
    public async Task<ConsulReply> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken = default)
    {
        var host = _hosts[(Interlocked.Increment(ref _requests) - 1) % _hosts.Length];
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        using var response = await host.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return new ConsulReply(response.StatusCode, text, headers);
    }

    /// <summary>Creates a session and returns its id.</summary>
    public async Task<string> CreateSessionAsync(string? json = null)
    {
        var reply = await PutAsync("/v1/session/create", json);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body);
        return reply.Json.GetProperty("ID").GetString()!;
    }

    /// <summary>The session, or null.</summary>
    public async Task<JsonElement?> SessionAsync(string id)
    {
        var reply = await GetAsync("/v1/session/info/" + id);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        return reply.Json.GetArrayLength() == 0 ? null : reply.Json[0];
    }

    /// <summary>The key, or null.</summary>
    public async Task<JsonElement?> KeyAsync(string key)
    {
        var reply = await GetAsync("/v1/kv/" + key);
        if (reply.Status == HttpStatusCode.NotFound)
            return null;
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        return reply.Json[0];
    }

    /// <summary>Acquires, releases or writes a key. False means that it could not be, as things stand.</summary>
    public async Task<bool> WriteAsync(string key, string query, string value = "")
    {
        var reply = await PutAsync($"/v1/kv/{key}?{query}", value);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body);
        return reply.Json.GetBoolean();
    }

    public void Dispose()
    {
        foreach (var host in _hosts)
            host.Dispose();
    }
}

/// <summary>An answer. Names of headers are in any case.</summary>
internal sealed record ConsulReply(HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The index that it was answered at.</summary>
    public ulong Index => ulong.Parse(Headers["X-Consul-Index"], CultureInfo.InvariantCulture);
}
