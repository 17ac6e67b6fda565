using System.Text;
using System.Text.Json;

namespace SsmSessions.Core.Documents;

/// <summary>Where JSON is not well-formed, as the real service counts: its parser stops behind the character, or the word, that it
/// cannot use, and says on which column it stands then.</summary>
internal static class JsonPosition
{
    public const int MaxDepth = 64;

    /// <summary>The line and column of the first mistake, or null for well-formed JSON.</summary>
    public static (long Line, long Column)? OfMistake(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                    reader.GetString();
            }

            return null;
        }
        catch (JsonException malformed)
        {
            var start = StartOfLine(utf8, malformed.LineNumber ?? 0);
            return After(utf8, start + (int)(malformed.BytePositionInLine ?? 0));
        }
        catch (InvalidOperationException)
        {
            // An escape that is half a character: the reader passes it, and fails whoever reads the string.
            return After(utf8, (int)reader.TokenStartIndex);
        }
    }

    private static (long Line, long Column) After(ReadOnlySpan<byte> utf8, int mistake)
    {
        var end = Math.Min(mistake, utf8.Length);
        if (end < utf8.Length)
            end += LengthOfWord(utf8[end..]);
        var read = utf8[..end];
        var start = utf8[..Math.Min(mistake, utf8.Length)].LastIndexOf((byte)'\n') + 1;
        return (read[..start].Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(read[start..]) + 1);
    }

    private static int StartOfLine(ReadOnlySpan<byte> utf8, long line)
    {
        var start = 0;
        for (var i = 0L; i < line; i++)
            start += utf8[start..].IndexOf((byte)'\n') + 1;
        return start;
    }

    /// <summary>The bytes of a run of letters, digits, underscores and dollar signs, or of one other character.</summary>
    private static int LengthOfWord(ReadOnlySpan<byte> utf8)
    {
        var length = 0;
        while (length < utf8.Length)
        {
            Rune.DecodeFromUtf8(utf8[length..], out var rune, out var bytes);
            if (!Rune.IsLetterOrDigit(rune) && rune.Value is not ('_' or '$'))
                return length == 0 ? bytes : length;
            length += bytes;
        }

        return length;
    }
}
