using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsmSessions.Local.Cli;

/// <summary>How a value is shown (spec/truenas-sessions.md §2, §3).</summary>
internal static class ValueText
{
    private const int Longest = 64;
    private const string Cut = "...";

    /// <summary>In place of a member that a row does not have.</summary>
    public const string Undefined = "<undefined>";

    /// <summary>For tables: long lines are cut, objects are named and not shown.</summary>
    public static string ForTable(JsonNode? value) => Readable(value) is { } text
        ? string.Join('\n', text.Split('\n').Select(CutLine))
        : value is JsonArray ? "<list>" : "<dict>";

    /// <summary>For csv: everything, objects as JSON.</summary>
    public static string ForCsv(JsonNode? value) => Readable(value) ?? Spaced(value);

    /// <summary>Null for what has no text of its own: objects, and lists that hold some.</summary>
    private static string? Readable(JsonNode? value)
    {
        if (value is JsonObject members)
            return DateOf(members);
        if (value is not JsonArray list)
            return Scalar(value);
        if (list.Count == 0)
            return "<empty list>";
        var items = list.Select(Readable).ToArray();
        return items.Contains(null) ? null : string.Join('\n', items);
    }

    private static string Scalar(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "<null>",
        JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };

    /// <summary><c>{"$date": milliseconds}</c> as <c>2024-07-01T08:00:05+00:00</c>; null for other objects.</summary>
    private static string? DateOf(JsonObject members)
    {
        if (members.Count != 1 || !members.TryGetPropertyValue("$date", out var date)
            || date is not JsonValue number || !number.TryGetValue<long>(out var milliseconds)
            || milliseconds < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return null;
        }

        var fraction = milliseconds % 1_000 == 0 ? "" : ".ffffff";
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString($"yyyy-MM-dd'T'HH:mm:ss{fraction}zzz", CultureInfo.InvariantCulture);
    }

    private static string CutLine(string line) => line.Length <= Longest ? line : line[..(Longest - Cut.Length)] + Cut;

    /// <summary>JSON with a blank after <c>:</c> and <c>,</c>, and ASCII only.</summary>
    private static string Spaced(JsonNode? value)
    {
        var text = new StringBuilder();
        Append(value, text);
        return text.ToString();
    }

    private static void Append(JsonNode? value, StringBuilder text)
    {
        switch (value)
        {
            case JsonObject members:
                text.Append('{');
                foreach (var (name, member) in members)
                {
                    text.Append(text[^1] == '{' ? "" : ", ");
                    AppendText(name, text);
                    text.Append(": ");
                    Append(member, text);
                }

                text.Append('}');
                break;
            case JsonArray list:
                text.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    text.Append(i == 0 ? "" : ", ");
                    Append(list[i], text);
                }

                text.Append(']');
                break;
            default:
                if (value?.GetValueKind() == JsonValueKind.String)
                    AppendText(value.GetValue<string>(), text);
                else
                    text.Append(value?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void AppendText(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                >= ' ' and <= '~' => text.Append(c),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            };
        }

        text.Append('"');
    }
}
