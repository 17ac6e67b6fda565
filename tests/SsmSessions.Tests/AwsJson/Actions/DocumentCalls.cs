using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

/// <summary>Calls of document actions at noon of 2026-01-02.</summary>
internal static class DocumentCalls
{
    public const string Alice = "111111111111";
    public const string Bob = "222222222222";

    /// <summary>The CreatedDate of everything that is made here.</summary>
    public const string Now = "1.7673552E9";

    public const string Platforms = """["Windows","Linux","MacOS"]""";

    public static Task<TestServer> ServeAsync() => TestServer.StartAsync(new ManualTimeProvider());

    /// <summary>A Session document of no meaning, different for each mark.</summary>
    public static string Content(string mark) =>
        $$"""{"schemaVersion":"1.0","description":"{{mark}}","sessionType":"Standard_Stream"}""";

    /// <summary>A text as a JSON string, escaped as the wire has it.</summary>
    public static string Quote(string text) =>
        JsonValue.Create(text).ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static async Task<string> CreateAsync(
        this TestServer server, string name, string? content = null, string more = "", string type = "Session", string account = Alice)
    {
        var (status, body) = await server.CallAsync(
            "CreateDocument", $$"""{"Name":"{{name}}","DocumentType":"{{type}}","Content":{{Quote(content ?? Content("1"))}}{{more}}}""", account);
        Assert.True(status == HttpStatusCode.OK, body);
        return body;
    }

    public static async Task<string> UpdateAsync(this TestServer server, string name, string mark, string more = "")
    {
        var (status, body) = await server.CallAsync(
            "UpdateDocument", $$"""{"Name":"{{name}}","DocumentVersion":"$LATEST","Content":{{Quote(Content(mark))}}{{more}}}""", Alice);
        Assert.True(status == HttpStatusCode.OK, body);
        return body;
    }

    public static async Task OkAsync(this TestServer server, string action, string request, string answer, string account = Alice) =>
        Assert.Equal((HttpStatusCode.OK, answer), await server.CallAsync(action, request, account));

    public static async Task RefusedAsync(this TestServer server, string action, string request, string answer, string account = Alice) =>
        Assert.Equal((HttpStatusCode.BadRequest, answer), await server.CallAsync(action, request, account));

    public static string? TokenOf(string body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("NextToken", out var token) ? token.GetString() : null;
    }
}
