using System.Net;
using System.Text.Json;

namespace SsmSessions.Conformance.Tests.Soak;

/// <summary>A Consul session that takes one of a few locks, is renewed, is waited for, and goes.</summary>
internal sealed class LockWork(Uri url) : SoakWork(url)
{
    private const int Locks = 5;

    private int _next;

    public override async Task DoAsync()
    {
        var id = JsonElement.Parse(await SendAsync(HttpMethod.Put, "v1/session/create", """{"TTL":"30s","LockDelay":"0s"}""")).GetProperty("ID").GetString();
        try
        {
            var key = $"v1/kv/locks/{_next++ % Locks}";
            var isMine = await SendAsync(HttpMethod.Put, $"{key}?acquire={id}", "me") == "true";
            await SendAsync(HttpMethod.Put, "v1/session/renew/" + id);
            var holder = JsonElement.Parse(await SendAsync(HttpMethod.Get, key))[0];
            var holds = holder.TryGetProperty("Session", out var session) && session.GetString() == id;
            if (holds != isMine)
                throw new InvalidOperationException($"{key} was acquired: {isMine}, is held: {holds}");
            await SendAsync(HttpMethod.Get, $"{key}?wait=10ms&index={holder.GetProperty("ModifyIndex").GetInt64()}");
            if (isMine)
                await SendAsync(HttpMethod.Put, $"{key}?release={id}");
        }
        finally
        {
            (await Api.Http.PutAsync(new Uri("v1/session/destroy/" + id, UriKind.Relative), content: null)).Dispose();
        }
    }

    private async Task<string> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : new StringContent(body) };
        using var response = await Api.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.StatusCode == HttpStatusCode.OK ? text : throw new FaultyAnswerException(text);
    }
}
