using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsmSessions.Server.TrueNas;

/// <summary>JSON as it goes out: without blanks, and characters outside ASCII as they are.</summary>
internal static class RelaxedJson
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes of a value.</summary>
    public static ReadOnlyMemory<byte> Write(JsonNode value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
            value.WriteTo(writer);
        return buffer.WrittenMemory;
    }

    /// <summary>The text of a value.</summary>
    public static string Text(JsonNode? value) => value is null ? "null" : System.Text.Encoding.UTF8.GetString(Write(value).Span);
}
