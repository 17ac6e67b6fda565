using System.Collections;
using System.Globalization;

namespace SsmSessions.Server.AwsJson.Validation;

/// <summary>Values as the real service prints them in its sentences: Java's toString (spec/ssm-control-plane.md §1.7).</summary>
internal static class WirePrint
{
    private const int LongestValue = 4_096;

    /// <summary>A scalar as it is, a list as <c>[a, b]</c>, a map as <c>{k=v}</c>. What is very long is cut.</summary>
    public static string Value(object? value)
    {
        var text = value switch
        {
            null => "null",
            string s => s,
            IReadOnlyDictionary<string, IReadOnlyList<string>> map => "{" + string.Join(", ", map.Select(e => $"{e.Key}={Value(e.Value)}")) + "}",
            IEnumerable list => "[" + string.Join(", ", list.Cast<object?>().Select(Value)) + "]",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.Length <= LongestValue ? text : text[..LongestValue];
    }

    /// <summary>A structure: <c>Target(key=tag:a, values=[1])</c>.</summary>
    public static string Structure(string name, params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var parts = new List<string>(members.Length);
        foreach (var (member, value) in members)
            parts.Add($"{member}={Value(value)}");
        return $"{name}({string.Join(", ", parts)})";
    }
}
