using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace SsmSessions.Channel.Payloads;

/// <summary>The payload of <see cref="MessageType.Acknowledge"/>: one stream message arrived (spec/ssm-data-channel.md §7.1). Neither way allocates.</summary>
public static class Acknowledge
{
    /// <summary>More than any such payload takes.</summary>
    public const int MaxBytes = 256;

    /// <summary>Flags of such a message.</summary>
    public const ulong Flags = 3;

    /// <summary>Writes the payload that names this message; the result is how long it is.</summary>
    /// <exception cref="ArgumentException">There are less than <see cref="MaxBytes"/>.</exception>
    public static int Write(Span<byte> payload, MessageType type, Guid messageId, long sequenceNumber)
    {
        if (payload.Length < MaxBytes)
            throw new ArgumentException("The payload needs more room.", nameof(payload));
        var rest = payload;
        Put(ref rest, "{\"AcknowledgedMessageType\":\""u8);
        Put(ref rest, MessageTypeNames.NameOf(type));
        Put(ref rest, "\",\"AcknowledgedMessageId\":\""u8);
        Advance(ref rest, Utf8Formatter.TryFormat(messageId, rest, out var written), written);
        Put(ref rest, "\",\"AcknowledgedMessageSequenceNumber\":"u8);
        Advance(ref rest, Utf8Formatter.TryFormat(sequenceNumber, rest, out written), written);
        Put(ref rest, ",\"IsSequentialMessage\":true}"u8);
        return payload.Length - rest.Length;
    }

    /// <summary>
    /// The number of the message that arrived, which is all that is matched. False when the payload has none: the message is dropped.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out long sequenceNumber)
    {
        sequenceNumber = 0;
        try
        {
            return TryReadObject(payload, out sequenceNumber);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // The latter is thrown for a name with half of a character.
            sequenceNumber = 0;
            return false;
        }
    }

    private static bool TryReadObject(ReadOnlySpan<byte> payload, out long sequenceNumber)
    {
        sequenceNumber = 0;
        var reader = new Utf8JsonReader(payload);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        var found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isNumber = IsName(reader, "AcknowledgedMessageSequenceNumber"u8);
            reader.Read();
            if (!isNumber)
                reader.Skip();
            else if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out sequenceNumber))
                return false;
            else
                found = true;
        }

        // Nothing may follow the object: this throws when something does.
        return found && !reader.Read();
    }

    private static bool IsName(in Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped)
            return Ascii.EqualsIgnoreCase(reader.ValueSpan, name);
        if (reader.ValueSpan.Length > MaxBytes)
            return false;
        Span<byte> unescaped = stackalloc byte[MaxBytes];
        return Ascii.EqualsIgnoreCase(unescaped[..reader.CopyString(unescaped)], name);
    }

    private static void Put(ref Span<byte> rest, ReadOnlySpan<byte> text)
    {
        text.CopyTo(rest);
        rest = rest[text.Length..];
    }

    private static void Advance(ref Span<byte> rest, bool fits, int written)
    {
        if (!fits)
            throw new InvalidOperationException("MaxBytes is too small.");
        rest = rest[written..];
    }
}
