using System.Globalization;
using System.Text;

namespace SsmSessions.Server.Consul.Go;

/// <summary>Text as Go writes it: <c>strconv.Quote</c> and what it takes for printable.</summary>
internal static class GoText
{
    /// <summary>The text in double quotes, as by <c>%q</c>.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
            Append(quoted, rune, '"');
        return quoted.Append('"').ToString();
    }

    /// <summary>A byte as the JSON decoder names it: in single quotes, taken for the character of that number.</summary>
    public static string QuoteByte(byte value)
    {
        var quoted = new StringBuilder("'");
        Append(quoted, new Rune((char)value), '\'');
        return quoted.Append('\'').ToString();
    }

    /// <summary>Letters, marks, numbers, punctuation, symbols, and of the spaces the one of ASCII.</summary>
    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static void Append(StringBuilder quoted, Rune rune, char quote)
    {
        if (rune.Value == quote || rune.Value == '\\')
            quoted.Append('\\').Append((char)rune.Value);
        else if (IsPrintable(rune))
            quoted.Append(rune.ToString());
        else
            quoted.Append(Escape(rune.Value));
    }

    private static string Escape(int c) => c switch
    {
        '\a' => "\\a",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\v' => "\\v",
        < ' ' or 0x7f => "\\x" + c.ToString("x2", CultureInfo.InvariantCulture),
        < 0x10000 => "\\u" + c.ToString("x4", CultureInfo.InvariantCulture),
        _ => "\\U" + c.ToString("x8", CultureInfo.InvariantCulture),
    };
}
