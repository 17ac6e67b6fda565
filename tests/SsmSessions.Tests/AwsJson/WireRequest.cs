using System.Net.Http.Headers;
using System.Text;

namespace SsmSessions.Tests.AwsJson;

/// <summary>A request exactly as it goes over the wire: nothing is added that is not written here.</summary>
internal sealed record WireRequest
{
    public const string JsonType = "application/x-amz-json-1.1";

    /// <summary>The header of the user <c>test</c> in account 000000000000 / us-east-1, where signatures are not verified.</summary>
    public static readonly string TestUser = By("test");

    public string Method { get; init; } = "POST";

    public string Path { get; init; } = "/";

    public string? Target { get; init; }

    public string? ContentType { get; init; } = JsonType;

    public string? Authorization { get; init; } = TestUser;

    public string? Date { get; init; } = "20261122T000000Z";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; } = "{}"u8.ToArray();

    /// <summary>True to send the body in chunks, without its length.</summary>
    public bool IsChunked { get; init; }

    /// <summary>A well-formed call of an action.</summary>
    public static WireRequest Of(string action, string json) => Of(action, Encoding.UTF8.GetBytes(json));

    /// <summary>A well-formed call of an action but for its body.</summary>
    public static WireRequest Of(string action, byte[] body) => new() { Target = "AmazonSSM." + action, Body = body };

    /// <summary>A well-formed Authorization header of a key id.</summary>
    public static string By(string accessKeyId, string region = "us-east-1") =>
        $"AWS4-HMAC-SHA256 Credential={accessKeyId}/20261122/{region}/ssm/aws4_request, SignedHeaders=host;x-amz-date, Signature={new string('0', 64)}";

    public async Task<WireAnswer> SendAsync(HttpClient http)
    {
        using var request = new HttpRequestMessage(new HttpMethod(Method), new Uri(Path, UriKind.Relative));
        if (Method is not ("GET" or "HEAD"))
            request.Content = IsChunked ? new ChunkedContent(Body) : new ReadOnlyMemoryContent(Body);
        foreach (var (name, value) in AllHeaders().Where(h => !request.Headers.TryAddWithoutValidation(h.Name, h.Value)))
        {
            request.Content ??= new ReadOnlyMemoryContent(default);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        return new WireAnswer(
            (int)response.StatusCode,
            response.Content.Headers.TryGetValues("Content-Type", out var type) ? type.Single() : null,
            await response.Content.ReadAsStringAsync(),
            response.Headers,
            response.Content.Headers.ContentLength);
    }

    private IEnumerable<(string Name, string Value)> AllHeaders()
    {
        if (Target is not null)
            yield return ("X-Amz-Target", Target);
        if (ContentType is not null)
            yield return ("Content-Type", ContentType);
        if (Authorization is not null)
            yield return ("Authorization", Authorization);
        if (Date is not null)
            yield return ("X-Amz-Date", Date);
        foreach (var header in Headers)
            yield return header;
    }

    private sealed class ChunkedContent(ReadOnlyMemory<byte> body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => stream.WriteAsync(body).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

/// <summary>What came back.</summary>
internal sealed record WireAnswer(int Status, string? ContentType, string Body, HttpResponseHeaders Headers, long? ContentLength)
{
    /// <summary>Asserts the whole answer: status, body, and the headers that every answer of the API has (spec §1.2).</summary>
    public void AssertIs(int status, string body, string contentType = WireRequest.JsonType)
    {
        Assert.Equal((status, body), (Status, Body));
        Assert.Equal(contentType, ContentType);
        AssertCommonHeaders();
    }

    /// <summary>Asserts a 400 of a code, with a text in <c>message</c> or <c>Message</c>, or without one.</summary>
    public void AssertIsError(string code, string? text, string member = "message") =>
        AssertIs(400, text is null ? $$"""{"__type":"{{code}}"}""" : $$"""{"__type":"{{code}}","{{member}}":"{{Escaped(text)}}"}""");

    private void AssertCommonHeaders()
    {
        Assert.Equal("Server", Assert.Single(Headers.GetValues("Server")));
        Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", Assert.Single(Headers.GetValues("x-amzn-RequestId")));
        Assert.False(Headers.Contains("x-amzn-ErrorType"));
        Assert.NotNull(Headers.Date);
        Assert.NotNull(ContentLength);
    }

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal);
}
