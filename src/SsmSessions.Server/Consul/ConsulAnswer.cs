using System.Text;
using Microsoft.AspNetCore.Http;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul;

/// <summary>What a call is answered with.</summary>
/// <param name="Status">The status.</param>
internal sealed record ConsulAnswer(int Status)
{
    private const string JsonType = "application/json";
    private const int WriteBytes = 32 * 1024;
    private const string TextType = "text/plain; charset=utf-8";

    /// <summary>200 without a body.</summary>
    public static ConsulAnswer Empty { get; } = new(StatusCodes.Status200OK);

    /// <summary>200 <c>true</c>.</summary>
    public static ConsulAnswer True { get; } = Json("true"u8.ToArray());

    /// <summary>200 <c>false</c>.</summary>
    public static ConsulAnswer False { get; } = Json("false"u8.ToArray());

    /// <summary>404 without a body.</summary>
    public static ConsulAnswer NotFound { get; } = new(StatusCodes.Status404NotFound);

    /// <summary>The body, JSON without white space where it is JSON.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    /// <summary>Further headers, in Go's letters.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>200 with JSON that was written by a <see cref="GoJsonWriter"/>.</summary>
    public static ConsulAnswer Json(ReadOnlyMemory<byte> json) => new(StatusCodes.Status200OK) { Body = json, ContentType = JsonType };

    /// <summary>200 with JSON.</summary>
    public static ConsulAnswer Json(Action<GoJsonWriter> write)
    {
        var json = new GoJsonWriter();
        write(json);
        return Json(json.Written);
    }

    /// <summary>200 with <c>true</c> or <c>false</c>.</summary>
    public static ConsulAnswer Of(bool value) => value ? True : False;

    /// <summary>Plain text, as failures are told.</summary>
    public static ConsulAnswer Text(int status, string text) =>
        new(status) { Body = Encoding.UTF8.GetBytes(text), ContentType = text.Length > 0 ? TextType : null };

    public ConsulAnswer With(params IReadOnlyList<KeyValuePair<string, string>> headers) => this with { Headers = [.. Headers, .. headers] };

    /// <summary>Sends it. HEAD gets what would have come, without the body.</summary>
    public async Task SendAsync(HttpContext http, bool pretty)
    {
        var response = http.Response;
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
            response.Headers[name] = value;
        var body = pretty && ContentType == JsonType ? GoJsonIndent.Indent(Body.Span) : Body;
        if (ContentType is not null)
            response.ContentType = ContentType;
        response.ContentLength = body.Length;
        if (http.Request.Method == HttpMethods.Head)
            return;
        // The server copies what one write has; many watchers that wake at once share a long body for as long as possible.
        for (var sent = 0; sent < body.Length; sent += WriteBytes)
            await response.Body.WriteAsync(body.Slice(sent, Math.Min(WriteBytes, body.Length - sent)), http.RequestAborted);
    }
}
