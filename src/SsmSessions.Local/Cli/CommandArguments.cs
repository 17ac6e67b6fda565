using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsmSessions.Local.Cli;

/// <summary>Arguments of a command: values, then <c>name=value</c>. A value is JSON, a number or a plain word; a plain word stops at a dash, so a
/// UUID has to be quoted (spec/truenas-sessions.md §5).</summary>
/// <param name="Values">Those without a name.</param>
/// <param name="Named">Those with one.</param>
internal sealed record CommandArguments(IReadOnlyList<JsonNode?> Values, IReadOnlyDictionary<string, JsonNode?> Named)
{
    private const string EndExpected = "Expected end of text";

    /// <summary>Reads arguments.</summary>
    /// <exception cref="CliFailure">They do not fit.</exception>
    public static CommandArguments Parse(string? text)
    {
        var values = new List<JsonNode?>();
        var named = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        text ??= "";
        var at = SkipBlanks(text, 0);
        while (at < text.Length)
        {
            var start = at;
            var name = NameBefore(text, ref at);
            if ((name is null && named.Count > 0) || !TryValue(text, ref at, out var value) || (at < text.Length && !char.IsWhiteSpace(text[at])))
                throw CliFailure.Unparsed(EndExpected, text, start);
            if (name is null)
                values.Add(value);
            else
                named[name] = value;
            at = SkipBlanks(text, at);
        }

        return new CommandArguments(values, named);
    }

    /// <summary>The arguments in the order of a method's parameters.</summary>
    /// <exception cref="CliFailure">A name is unknown, given twice, or one before it is missing.</exception>
    public JsonArray InOrder(params IReadOnlyList<string> parameters)
    {
        var byPlace = Values.Select((value, place) => (value, place)).ToDictionary(pair => pair.place, pair => pair.value);
        foreach (var (name, value) in Named)
        {
            var place = parameters.ToList().IndexOf(name);
            if (place < 0)
                throw new CliFailure($"Unknown keyword argument {name}");
            if (!byPlace.TryAdd(place, value))
                throw new CliFailure($"Keyword argument {name} already given as positional argument {place + 1}");
        }

        var count = byPlace.Count == 0 ? 0 : byPlace.Keys.Max() + 1;
        for (var place = 0; place < count; place++)
        {
            if (!byPlace.ContainsKey(place))
                throw new CliFailure($"Missing positional argument {place + 1} ({parameters[place]})");
        }

        return new JsonArray([.. Enumerable.Range(0, count).Select(place => byPlace[place]?.DeepClone())]);
    }

    /// <summary>The name in front of an equals sign; null, and nothing taken, where there is none.</summary>
    private static string? NameBefore(string text, ref int at)
    {
        var end = at;
        if (!char.IsAsciiLetter(text[at]))
            return null;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        var equals = SkipBlanks(text, end);
        if (equals >= text.Length || text[equals] != '=')
            return null;
        var name = text[at..end];
        at = SkipBlanks(text, equals + 1);
        return name;
    }

    private static bool TryValue(string text, ref int at, out JsonNode? value)
    {
        value = null;
        if (at >= text.Length)
            return false;
        if (text[at] is '"' or '[' or '{')
            return TryJson(text, ref at, out value);
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '.' or '/' or '_' or '@' || (at == start && text[at] is '-' or '+')))
            at++;
        var word = text[start..at];
        if (word.Length == 0)
            return false;
        value = word switch
        {
            "true" => true,
            "false" => false,
            "null" => null,
            _ => char.IsAsciiDigit(word[0]) || word[0] is '-' or '+' ? NumberOf(word) : word,
        };
        return value is not null || word == "null";
    }

    private static JsonNode? NumberOf(string word) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? integer
        : double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real
        : null;

    /// <summary>The JSON that the text goes on with.</summary>
    private static bool TryJson(string text, ref int at, out JsonNode? value)
    {
        value = null;
        var bytes = System.Text.Encoding.UTF8.GetBytes(text[at..]);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 32 });
        try
        {
            value = JsonNode.Parse(ref reader);
            // Half of a character is seen only when the text is taken.
            _ = value?.ToJsonString();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            value = null;
            return false;
        }

        at += System.Text.Encoding.UTF8.GetCharCount(bytes, 0, (int)reader.BytesConsumed);
        return true;
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }
}
