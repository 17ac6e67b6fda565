using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SsmSessions.Server.AwsJson;

/// <summary>
/// A date on the wire: epoch seconds with up to 3 decimals, in the notation of a Java double as the real service writes it
/// (<c>1.748181331171E9</c>; spec/ssm-control-plane.md §1.2).
/// </summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct AwsTimestamp(DateTimeOffset Date)
{
    private const long FirstScientific = 10_000_000_000;
    private const int LongestText = 32;

    public static implicit operator AwsTimestamp(DateTimeOffset date) => new(date);

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[LongestText];
        return Encoding.ASCII.GetString(text[..Format(text)]);
    }

    public void Write(Utf8JsonWriter writer)
    {
        Span<byte> text = stackalloc byte[LongestText];
        writer.WriteRawValue(text[..Format(text)], skipInputValidation: true);
    }

    /// <summary>Double.toString of seconds: plain below 10^7, otherwise one digit, a point, the shortest rest, and the exponent.</summary>
    private int Format(Span<byte> text)
    {
        var milliseconds = Date.ToUnixTimeMilliseconds();
        if (milliseconds is > -FirstScientific and < FirstScientific)
        {
            var seconds = (milliseconds / 1_000.0).ToString("0.0##", CultureInfo.InvariantCulture);
            return Encoding.ASCII.GetBytes(seconds, text);
        }

        Span<byte> digits = stackalloc byte[LongestText];
        Utf8Formatter.TryFormat(Math.Abs(milliseconds), digits, out var count);
        var exponent = count - 4;
        while (count > 2 && digits[count - 1] == '0')
            count--;

        var length = 0;
        if (milliseconds < 0)
            text[length++] = (byte)'-';
        text[length++] = digits[0];
        text[length++] = (byte)'.';
        digits[1..count].CopyTo(text[length..]);
        length += count - 1;
        text[length++] = (byte)'E';
        Utf8Formatter.TryFormat(exponent, text[length..], out var exponentLength);
        return length + exponentLength;
    }

    internal sealed class Converter : JsonConverter<AwsTimestamp>
    {
        public override AwsTimestamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(reader.GetDouble() * 1_000));

        public override void Write(Utf8JsonWriter writer, AwsTimestamp value, JsonSerializerOptions options) => value.Write(writer);
    }
}
