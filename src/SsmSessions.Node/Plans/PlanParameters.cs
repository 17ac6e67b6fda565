using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SsmSessions.Node.Plans;

/// <summary>Replaces <c>{{ name }}</c> in the texts of a document (spec/ssm-control-plane.md §11.1). One pass: what a value brings in
/// is never looked at again. Names that are no parameters stay as they are.</summary>
internal sealed partial class PlanParameters(IReadOnlyDictionary<string, IReadOnlyList<string>> values)
{
    /// <summary>The longest text that may come out, characters: a document may name a long value many times.</summary>
    public const int MaxLength = 1024 * 1024;

    private static readonly JsonWriterOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text with the values in it. Several values of one parameter are a JSON array, as the agent has it.</summary>
    /// <exception cref="SessionFailedException">It gets too long.</exception>
    public string Text(string template)
    {
        if (!template.Contains("{{", StringComparison.Ordinal))
            return template;
        var length = template.Length;
        return Placeholder().Replace(template, match =>
        {
            var value = Find(match) is { } found ? AsText(found) : match.Value;
            length += value.Length;
            return length <= MaxLength
                ? value
                : throw new SessionFailedException("The parameters make the text of this session too long.");
        });
    }

    /// <summary>The same for a place that may hold a list: a text that is nothing but the name of a parameter is all of its values.</summary>
    public IReadOnlyList<string> List(string template)
    {
        var match = Placeholder().Match(template);
        return match.Success && match.Length == template.Trim().Length && Find(match) is { } found ? found : [Text(template)];
    }

    private IReadOnlyList<string>? Find(Match match) => values.GetValueOrDefault(match.Groups["name"].Value);

    private static string AsText(IReadOnlyList<string> value)
    {
        if (value.Count == 1)
            return value[0];
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, AsWritten))
        {
            writer.WriteStartArray();
            foreach (var text in value)
                writer.WriteStringValue(text);
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    [GeneratedRegex(@"\{\{\s*(?<name>[a-zA-Z0-9]+)\s*\}\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Placeholder();
}
