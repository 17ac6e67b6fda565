using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SsmSessions.Server.Doris;

/// <summary>The envelope of every answer, also of errors: HTTP 200, and the code inside (spec/doris-sessions.md §2).</summary>
internal static class DorisAnswer
{
    private const int SuccessCode = 0;
    private const int UnauthorizedCode = 401;
    private const int InternalErrorCode = 500;

    /// <summary>Characters outside ASCII go out as they are, as the real server sends them.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A table.</summary>
    /// <param name="columns">The columns, in the order in which they are shown.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="count">The member <c>count</c>, which is not always the number of rows.</param>
    public static ReadOnlyMemory<byte> Table(DorisColumns columns, IReadOnlyCollection<DorisRow> rows, int count) => Envelope("success", SuccessCode, count, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("column_names");
        foreach (var column in columns.Shown)
            writer.WriteStringValue(column);
        writer.WriteEndArray();
        writer.WriteStartArray("rows");
        foreach (var row in rows)
        {
            writer.WriteStartObject();
            foreach (var column in columns.Written)
                writer.WriteString(column, row[column]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>Nobody who is let in.</summary>
    public static ReadOnlyMemory<byte> Unauthorized(string reason) => Envelope("Unauthorized", UnauthorizedCode, count: 0, writer => writer.WriteStringValue(reason));

    /// <summary>Something that the server could not do.</summary>
    public static ReadOnlyMemory<byte> InternalError(string reason) => Envelope("Internal Error", InternalErrorCode, count: 0, writer => writer.WriteStringValue(reason));

    private static ReadOnlyMemory<byte> Envelope(string message, int code, int count, Action<Utf8JsonWriter> writeData)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("msg", message);
            writer.WriteNumber("code", code);
            writer.WritePropertyName("data");
            writeData(writer);
            writer.WriteNumber("count", count);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
