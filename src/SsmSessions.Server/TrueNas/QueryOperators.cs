using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsmSessions.Server.TrueNas;

/// <summary>What a filter may ask of a value (spec/truenas-sessions.md §6). Values of kinds that cannot be compared are an error of the call, as
/// they are in the real server's language.</summary>
internal static class QueryOperators
{
    /// <summary>The condition of an operator and its operand, or null when there is no such operator.</summary>
    /// <exception cref="TrueNasException">The operand is no regular expression where it must be one.</exception>
    public static Func<JsonNode?, bool>? Find(string name, JsonNode? operand, RegexBudget regexes) => name switch
    {
        "=" => value => AreEqual(value, operand),
        "!=" => value => !AreEqual(value, operand),
        ">" or ">=" or "<" or "<=" => value => IsOrdered(name, value, operand),
        "in" => value => Contains(operand, value),
        "nin" => value => value is not null && !Contains(operand, value),
        "rin" => value => value is not null && Contains(value, operand),
        "rnin" => value => value is not null && !Contains(value, operand),
        "^" => value => HasEnd(value, operand, "startswith"),
        "!^" => value => value is not null && !HasEnd(value, operand, "startswith"),
        "$" => value => HasEnd(value, operand, "endswith"),
        "!$" => value => value is not null && !HasEnd(value, operand, "endswith"),
        "~" => regexes.Matcher(operand),
        _ => null,
    };

    /// <summary>Less than, equal to or greater than zero, for values of one kind.</summary>
    /// <exception cref="TrueNasException">They are of kinds without an order.</exception>
    public static int Compare(string name, JsonNode? left, JsonNode? right)
    {
        if (TryNumber(left, out var a) && TryNumber(right, out var b))
            return a.CompareTo(b);
        if (TryText(left, out var s) && TryText(right, out var t))
            return string.CompareOrdinal(s, t);
        if (TryDate(left, out a) && TryDate(right, out b))
            return a.CompareTo(b);
        throw TrueNasException.Unexpected("TypeError", $"'{name}' not supported between instances of '{TypeOf(left)}' and '{TypeOf(right)}'");
    }

    private static bool IsOrdered(string name, JsonNode? value, JsonNode? operand)
    {
        var order = Compare(name, value, operand);
        return name switch
        {
            ">" => order > 0,
            ">=" => order >= 0,
            "<" => order < 0,
            _ => order <= 0,
        };
    }

    /// <summary>A date equals another, and the text of one.</summary>
    private static bool AreEqual(JsonNode? left, JsonNode? right) =>
        JsonNode.DeepEquals(left, right)
        || ((left is JsonObject) != (right is JsonObject) && TryDate(left, out var a) && TryDate(right, out var b) && a.Equals(b));

    private static bool Contains(JsonNode? container, JsonNode? member)
    {
        if (container is JsonArray list)
            return list.Any(item => AreEqual(item, member));
        if (container is JsonObject members)
            return TryText(member, out var key) && members.ContainsKey(key);
        if (!TryText(container, out var text))
            throw TrueNasException.Unexpected("TypeError", $"argument of type '{TypeOf(container)}' is not iterable");
        return TryText(member, out var part)
            ? text.Contains(part, StringComparison.Ordinal)
            : throw TrueNasException.Unexpected("TypeError", $"'in <string>' requires string as left operand, not {TypeOf(member)}");
    }

    private static bool HasEnd(JsonNode? value, JsonNode? operand, string which)
    {
        if (value is null)
            return false;
        if (!TryText(value, out var text))
            throw TrueNasException.Unexpected("AttributeError", $"'{TypeOf(value)}' object has no attribute '{which}'");
        if (!TryText(operand, out var end))
            throw TrueNasException.Unexpected("TypeError", $"{which} first arg must be str or a tuple of str, not {TypeOf(operand)}");
        return which == "startswith" ? text.StartsWith(end, StringComparison.Ordinal) : text.EndsWith(end, StringComparison.Ordinal);
    }

    /// <summary>A number; true and false are 1 and 0.</summary>
    private static bool TryNumber(JsonNode? node, out double number)
    {
        switch (node?.GetValueKind())
        {
            case JsonValueKind.Number:
                number = double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);
                return true;
            case JsonValueKind.True or JsonValueKind.False:
                number = node.GetValueKind() == JsonValueKind.True ? 1 : 0;
                return true;
            default:
                number = 0;
                return false;
        }
    }

    public static bool TryText(JsonNode? node, out string text)
    {
        var isText = node?.GetValueKind() == JsonValueKind.String;
        text = isText ? node!.GetValue<string>() : "";
        return isText;
    }

    /// <summary>Milliseconds since 1970 of <c>{"$date": …}</c>, or of a date as text.</summary>
    private static bool TryDate(JsonNode? node, out double milliseconds)
    {
        milliseconds = 0;
        if (node is JsonObject { Count: 1 } date && date.TryGetPropertyValue("$date", out var value))
            return TryNumber(value, out milliseconds);
        if (!TryText(node, out var text)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
        {
            return false;
        }

        milliseconds = parsed.ToUnixTimeMilliseconds();
        return true;
    }

    /// <summary>The name of a value's kind in the real server's language.</summary>
    public static string TypeOf(JsonNode? node) => node switch
    {
        null => "NoneType",
        JsonArray => "list",
        JsonObject { Count: 1 } date when date.ContainsKey("$date") => "datetime.datetime",
        JsonObject => "dict",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => "str",
            JsonValueKind.True or JsonValueKind.False => "bool",
            _ => node.ToJsonString().AsSpan().ContainsAny(".eE") ? "float" : "int",
        },
    };
}
