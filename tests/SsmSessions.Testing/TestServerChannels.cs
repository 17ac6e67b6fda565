using System.Net;
using System.Text.Json;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Testing;

/// <summary>Sessions with a data channel on a test server.</summary>
public static class TestServerChannels
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Starts a session.</summary>
    /// <param name="server">Where.</param>
    /// <param name="document">The document, or null for a shell.</param>
    /// <param name="parameters">Its parameters as JSON.</param>
    /// <param name="target">The node.</param>
    public static async Task<StartedChannel> StartChannelAsync(
        this TestServer server, string? document = null, string? parameters = null, string target = TestServer.Node)
    {
        var request = $$"""{"Target":"{{target}}"{{(document is null ? "" : $",\"DocumentName\":\"{document}\"")}}{{(parameters is null ? "" : $",\"Parameters\":{parameters}")}}}""";
        var (status, body) = await server.CallAsync("StartSession", request);
        return StartedChannel.Read(status, body);
    }

    /// <summary>Starts a session and opens its data channel.</summary>
    public static async Task<(StartedChannel Session, DataChannelClient Client)> OpenAsync(
        this TestServer server, string? document = null, string? parameters = null, DataChannelClientOptions? options = null)
    {
        var session = await server.StartChannelAsync(document, parameters);
        return (session, await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token, options));
    }

    /// <summary>A fresh token for a session that lives.</summary>
    public static async Task<StartedChannel> ResumeSessionAsync(this TestServer server, string sessionId)
    {
        var (status, body) = await server.CallAsync("ResumeSession", $$"""{"SessionId":"{{sessionId}}"}""");
        return StartedChannel.Read(status, body);
    }

    /// <summary>The status of a session as DescribeSessions shows it.</summary>
    public static async Task<string> StatusAsync(this TestServer server, string sessionId)
    {
        foreach (var state in (string[])["Active", "History"])
        {
            var (_, body) = await server.CallAsync(
                "DescribeSessions", $$"""{"State":"{{state}}","Filters":[{"key":"SessionId","value":"{{sessionId}}"}]}""");
            using var json = JsonDocument.Parse(body);
            foreach (var session in json.RootElement.GetProperty("Sessions").EnumerateArray())
                return session.GetProperty("Status").GetString()!;
        }

        return "(not listed)";
    }

    /// <summary>Waits until DescribeSessions shows a status.</summary>
    public static Task WaitForStatusAsync(this TestServer server, string sessionId, string status) =>
        Eventually.IsTrueAsync(async () => await server.StatusAsync(sessionId) == status, Deadline);
}

/// <summary>What StartSession or ResumeSession answered.</summary>
/// <param name="Id">The session.</param>
/// <param name="StreamUrl">Where its data channel is.</param>
/// <param name="Token">What opens it.</param>
public sealed record StartedChannel(string Id, Uri StreamUrl, string Token)
{
    internal static StartedChannel Read(HttpStatusCode status, string body)
    {
        if (status != HttpStatusCode.OK)
            throw new InvalidOperationException(body);
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        return new StartedChannel(
            root.GetProperty("SessionId").GetString()!, new Uri(root.GetProperty(nameof(StreamUrl)).GetString()!), root.GetProperty("TokenValue").GetString()!);
    }
}
