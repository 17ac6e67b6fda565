using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SsmSessions.Core.Documents;

/// <summary>YAML as JSON and back, over the events of YAML: nothing is built by reflection.</summary>
internal static partial class YamlContent
{
    private const int MaxDepth = 60;

    /// <summary>The most values, each use of an anchor counted anew: an anchor of anchors may otherwise grow without bound.</summary>
    private const int MaxValues = 50_000;

    /// <exception cref="RefusedException">InvalidDocumentContent: not well-formed.</exception>
    public static string ToJson(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return "null";
            parser.Consume<DocumentStart>();
            var value = new Reader(parser).Read(depth: 0);
            parser.Consume<DocumentEnd>();
            parser.Consume<StreamEnd>();
            return value?.ToJsonString() ?? "null";
        }
        catch (YamlException malformed)
        {
            throw Malformed(malformed.Start);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            // What the parser throws when the text ends inside a list, and for an escape that is half a character.
            throw Malformed(parser.Current?.End ?? Mark.Empty);
        }
    }

    private static RefusedException Malformed(Mark place) => DocumentRefusals.InvalidContent(
        string.Create(CultureInfo.InvariantCulture, $"YAML not well-formed. at Line: {place.Line}, Column: {place.Column}"));

    /// <summary>Writes well-formed JSON as block-style YAML.</summary>
    public static string FromJson(string json)
    {
        using var document = JsonDocument.Parse(json, DocumentContent.JsonOptions);
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, EmitterSettings.Default.WithMaxSimpleKeyLength(1_024).WithBestWidth(int.MaxValue));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(version: null, tags: null, isImplicit: false));
        Emit(emitter, document.RootElement);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var isEmpty = !value.EnumerateObject().MoveNext();
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, true, isEmpty ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var member in value.EnumerateObject())
                {
                    emitter.Emit(Text(member.Name, isKey: true));
                    Emit(emitter, member.Value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                var style = value.GetArrayLength() == 0 ? SequenceStyle.Flow : SequenceStyle.Block;
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, style));
                foreach (var element in value.EnumerateArray())
                    Emit(emitter, element);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                emitter.Emit(Text(value.GetString()!, isKey: false));
                break;
            default:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, value.GetRawText(), ScalarStyle.Plain, true, false));
                break;
        }
    }

    /// <summary>A text in the style that reads back as a text: quoted where it would be taken for something else.</summary>
    private static Scalar Text(string text, bool isKey)
    {
        var style = !isKey && Lines().IsMatch(text) ? ScalarStyle.Literal
            : IsPlain(text) ? ScalarStyle.Any
            : ScalarStyle.DoubleQuoted;
        return new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true);
    }

    /// <summary>Not even YAML 1.1, with its many words for true and forms of numbers and dates, takes these for something else.</summary>
    private static bool IsPlain(string text) => PlainText().IsMatch(text) && !OtherThanText().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z_/][A-Za-z0-9_/.,;()+\- ]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PlainText();

    /// <summary>Several lines of printable characters, the first one not indented, no blanks at their ends.</summary>
    [GeneratedRegex(
        @"\A(?=[!-~])(?:(?:[\t -~]*[!-~])?\n)+(?:[\t -~]*[!-~])?\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Lines();

    [GeneratedRegex(
        @"\A(?:y|yes|n|no|on|off|true|false|null)\z|\s\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex OtherThanText();

    [GeneratedRegex(
        @"\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex JsonNumber();

    /// <summary>Builds JSON from the events of one value.</summary>
    private sealed class Reader(Parser parser)
    {
        private readonly Dictionary<AnchorName, (JsonNode? Value, int Count)> _anchors = [];
        private int _values;

        public JsonNode? Read(int depth)
        {
            var before = _values++;
            if (depth > MaxDepth || _values > MaxValues)
                throw new YamlException(parser.Current!.Start, parser.Current.End, "too deep or too large");
            if (parser.TryConsume<AnchorAlias>(out var alias))
                return ReadAlias(alias);
            if (parser.Current is not NodeEvent node)
                throw new YamlException(parser.Current!.Start, parser.Current.End, "a value is missing");

            var value = node switch
            {
                MappingStart => ReadMapping(depth),
                SequenceStart => ReadSequence(depth),
                _ => ReadScalar(parser.Consume<Scalar>()),
            };
            if (!node.Anchor.IsEmpty)
                _anchors[node.Anchor] = (value, _values - before);
            return value;
        }

        private JsonNode? ReadAlias(AnchorAlias alias)
        {
            if (!_anchors.TryGetValue(alias.Value, out var anchor) || (_values += anchor.Count) > MaxValues)
                throw new YamlException(alias.Start, alias.End, "not an anchor, or too large");
            return anchor.Value?.DeepClone();
        }

        private JsonObject ReadMapping(int depth)
        {
            parser.Consume<MappingStart>();
            var mapping = new JsonObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = parser.Consume<Scalar>();
                if (!mapping.TryAdd(key.Value, Read(depth + 1)))
                    throw new YamlException(key.Start, key.End, "a key is there twice");
            }

            return mapping;
        }

        private JsonArray ReadSequence(int depth)
        {
            parser.Consume<SequenceStart>();
            var sequence = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
                sequence.Add(Read(depth + 1));
            return sequence;
        }

        /// <summary>A plain scalar is what JSON would call it; anything else is text.</summary>
        private static JsonNode? ReadScalar(Scalar scalar) => scalar.Value switch
        {
            var text when scalar.Style != ScalarStyle.Plain => JsonValue.Create(text),
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            var text => JsonNumber().IsMatch(text) ? JsonNode.Parse(text) : JsonValue.Create(text),
        };
    }
}
