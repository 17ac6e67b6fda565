using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SsmSessions.Core.Documents;

/// <summary>The content of a document's version: text that is well-formed in its format.</summary>
public sealed class DocumentContent
{
    /// <summary>The largest content, bytes of UTF-8.</summary>
    public const int MaxBytes = 64 * 1024;

    internal static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = JsonPosition.MaxDepth };

    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private DocumentContent(DocumentFormat format, string text, string? json)
    {
        Format = format;
        Text = text;
        Json = json;
    }

    /// <summary>Its format.</summary>
    public DocumentFormat Format { get; }

    /// <summary>The text as its author gave it.</summary>
    public string Text { get; }

    /// <summary>The same as JSON; null for a text of no format.</summary>
    public string? Json { get; }

    /// <summary>SHA-256 of the text, lower-case hex.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    /// <summary>Reads a content that an author gives for a document of a type; one of type Session is checked whole.</summary>
    /// <exception cref="RefusedException">MaxDocumentSizeExceeded, InvalidDocumentContent, InvalidDocumentSchemaVersion.</exception>
    public static DocumentContent Parse(string documentType, DocumentFormat format, string text)
    {
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
            throw new RefusedException(Refusal.MaxDocumentSizeExceeded, "The size limit of a document is 64 KB.");
        var content = Read(format, text);
        if (documentType == Document.SessionType)
            SessionDocument.Parse(content);
        return content;
    }

    /// <summary>Reads a content that was checked before.</summary>
    /// <exception cref="RefusedException">InvalidDocumentContent.</exception>
    public static DocumentContent Read(DocumentFormat format, string text) => new(format, text, format switch
    {
        DocumentFormat.Json => CheckedJson(text),
        DocumentFormat.Yaml => YamlContent.ToJson(text),
        _ => null,
    });

    /// <summary>What the content says about the document.</summary>
    public DocumentSummary Summarize() => Json is null ? DocumentSummary.Empty : DocumentSummary.Of(Json);

    /// <summary>The text in another format.</summary>
    /// <exception cref="RefusedException">Validation: there is no such form of it.</exception>
    public string ConvertTo(DocumentFormat format)
    {
        if (format == Format || format == DocumentFormat.Text)
            return Text;
        if (Json is null)
            throw new RefusedException(Refusal.Validation, $"Invalid document format {format.Name()}");
        return format == DocumentFormat.Json ? IndentedJson(Json) : YamlContent.FromJson(Json);
    }

    private static string CheckedJson(string text)
    {
        if (JsonPosition.OfMistake(text) is { } mistake)
            throw DocumentRefusals.InvalidContent($"JSON not well-formed. at Line: {mistake.Line}, Column: {mistake.Column}");
        return text;
    }

    private static string IndentedJson(string json)
    {
        using var document = JsonDocument.Parse(json, JsonOptions);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
            document.RootElement.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
