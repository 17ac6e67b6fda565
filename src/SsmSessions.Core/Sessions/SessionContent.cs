using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>What a session runs: the document as it was when the session started, and the values of its parameters.</summary>
/// <param name="Document">The document; <c>{{ name }}</c> not yet replaced, which is the node's business.</param>
/// <param name="Inputs">The preferences that apply: the document's own, else the region's.</param>
/// <param name="Parameters">The values of all of its parameters.</param>
public sealed record SessionContent(
    SessionDocument Document, SessionInputs Inputs, IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters)
{
    /// <summary>What runs where nobody has made a document.</summary>
    public static SessionContent BuiltIn { get; } = Of(ResolvedSessionDocument.BuiltIn, NoParameters);

    private static IReadOnlyDictionary<string, IReadOnlyList<string>> NoParameters =>
        System.Collections.Frozen.FrozenDictionary<string, IReadOnlyList<string>>.Empty;

    /// <summary>What a session runs that is started with this document.</summary>
    public static SessionContent Of(ResolvedSessionDocument document, IReadOnlyDictionary<string, IReadOnlyList<string>> parameters) =>
        new(document.Document, document.Inputs, parameters);

    internal bool IsBuiltIn => ReferenceEquals(Document, SessionDocument.BuiltIn);

    /// <summary>The item beside the session's own, which is kept as long as the session.</summary>
    internal Item ToItem(Session session) => new(
        SessionItem.ContentKey(session.Tenant, session.Id),
        JsonSerializer.SerializeToUtf8Bytes(
            new ContentBody(Raw(Document.Json), Document.Inputs is null ? Inputs : null, Parameters), ContentJson.Default.ContentBody))
    {
        ExpiresAt = session.StartDate + Session.Retention,
    };

    internal static SessionContent Read(Item item)
    {
        var body = JsonSerializer.Deserialize(item.Body.Span, ContentJson.Default.ContentBody)
            ?? throw new InvalidDataException("a session's content has no body");
        var document = SessionDocumentParser.Parse(body.Document.GetRawText());
        return new SessionContent(document, document.Inputs ?? body.Inputs ?? SessionInputs.Default, body.Parameters);
    }

    private static JsonElement Raw(string json)
    {
        using var document = JsonDocument.Parse(json, DocumentContent.JsonOptions);
        return document.RootElement.Clone();
    }
}

internal sealed record ContentBody(
    [property: JsonPropertyName("document")] JsonElement Document,
    [property: JsonPropertyName("inputs")] SessionInputs? Inputs,
    [property: JsonPropertyName("parameters")] IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = JsonPosition.MaxDepth + 1)]
[JsonSerializable(typeof(ContentBody))]
internal sealed partial class ContentJson : JsonSerializerContext;
