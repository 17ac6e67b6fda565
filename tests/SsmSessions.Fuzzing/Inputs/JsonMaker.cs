using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SsmSessions.Fuzzing.Inputs;

/// <summary>Writes JSON of a form, mostly as it should be: then with members missing, of another kind, twice, in another case, too deep, or too many.</summary>
/// <param name="texts">What strings may be, whatever their member.</param>
/// <param name="fitting">What they are mostly, by the name of their member.</param>
internal sealed class JsonMaker(IReadOnlyList<string> texts, IReadOnlyDictionary<string, string[]> fitting)
{
    private const int Deepest = 8;

    private static readonly string[] Oddities =
    [
        "null", "true", "false", "0", "-1", "1e400", "[]", "{}", "\"\"", "[null]", "[[]]", "{\"a\":null}", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "nul", "01", "+1", "'x'", "\"", "{,}",
        "[1,]", "\"\t\"", "\"\\x\"", "\"\\u12\"", "// x", "NaN", "{\"a\":1,\"a\":2}", "\u00a0", "\ufeff", "1 2", "{\"\":\"\"}", "-", "1.", "\"\\ud83d\\ude00\"",
    ];

    private static readonly string[] Common =
    [
        "", " ", "x", "abc", "\0", "\n", "\u2028", "\ufffe", "%00", "€", "😀", "a/b/../c", "../../etc/passwd", "#", "*", "'; DROP TABLE items; --", "<script>", "${jndi:x}", "{{ x }}", "a\tb", "\u202e",
        new('a', 257), new('a', 1_025), new('€', 400), "İ", "ﬀ", "e\u0301",
    ];

    /// <summary>A value of a form.</summary>
    public string Make(JsonShape shape, FuzzRandom random)
    {
        var json = new StringBuilder();
        Append(json, shape, "", 0, random, isCalm: random.OneIn(2));
        return json.ToString();
    }

    /// <summary>A string, for what is no JSON.</summary>
    public string Text(string name, FuzzRandom random, bool isCalm = false)
    {
        if (isCalm)
            return fitting.TryGetValue(name, out var right) ? random.From(right) : random.Of("abc", "x", "a1");
        if (random.OneIn(200))
            return new string(random.Of('a', ' ', '\u00e4', '(', '0'), random.Of(300, 2_000, 5_000, random.OneIn(8) ? 60_000 : 10));
        if (fitting.TryGetValue(name, out var known) && !random.OneIn(6))
            return random.From(known);
        return random.OneIn(3) || texts.Count == 0 ? random.From(Common) : random.From(texts);
    }

    private void Append(StringBuilder json, JsonShape shape, string name, int depth, FuzzRandom random, bool isCalm)
    {
        if (!isCalm && random.OneIn(60))
        {
            AppendOdd(json, random);
            return;
        }

        switch (shape.Kind)
        {
            case JsonKind.Text:
                AppendText(json, Text(name, random, isCalm));
                break;
            case JsonKind.Number or JsonKind.Date when !isCalm && random.OneIn(3):
                json.Append(Mutator.Number(random));
                break;
            case JsonKind.Number:
                json.Append(random.Of(1, 2, 5, 10, 20, 50));
                break;
            case JsonKind.Date:
                json.Append(CultureInfo.InvariantCulture, $"{1_795_305_600 + random.Between(-200_000, 200_000)}");
                break;
            case JsonKind.Bool:
                json.Append(random.Of("true", "false", isCalm ? "true" : "\"true\""));
                break;
            case JsonKind.List:
                AppendList(json, shape.Element!, name, depth, random, isCalm);
                break;
            case JsonKind.Map:
                AppendMap(json, shape.Element!, depth, random, isCalm);
                break;
            case JsonKind.Structure:
                AppendStructure(json, shape.Members!, depth, random, isCalm);
                break;
            default:
                AppendOdd(json, random);
                break;
        }
    }

    private void AppendList(StringBuilder json, JsonShape element, string name, int depth, FuzzRandom random, bool isCalm)
    {
        json.Append('[');
        var count = depth > Deepest ? 0 : !isCalm && random.OneIn(40) ? random.Of(6, 26, 51, 101, 300) : random.Below(4);
        for (var i = 0; i < count && json.Length < Mutator.MaxBytes; i++)
        {
            json.Append(i > 0 ? "," : "");
            Append(json, element, name, depth + 1, random, isCalm);
        }

        json.Append(']');
    }

    private void AppendMap(StringBuilder json, JsonShape element, int depth, FuzzRandom random, bool isCalm)
    {
        json.Append('{');
        var count = depth > Deepest ? 0 : !isCalm && random.OneIn(40) ? random.Of(51, 300) : random.Below(4);
        for (var i = 0; i < count && json.Length < Mutator.MaxBytes; i++)
        {
            json.Append(i > 0 ? "," : "");
            AppendText(json, Text("", random, isCalm));
            json.Append(':');
            Append(json, element, "", depth + 1, random, isCalm);
        }

        json.Append('}');
    }

    private void AppendStructure(StringBuilder json, IReadOnlyList<(string Name, JsonShape Shape)> members, int depth, FuzzRandom random, bool isCalm)
    {
        var isFirst = true;
        json.Append('{');
        foreach (var (name, shape) in members)
        {
            for (var times = isCalm ? random.OneIn(depth == 0 ? 5 : 3) ? 0 : 1 : random.OneIn(80) ? 2 : random.OneIn(3) ? 0 : 1; times > 0; times--)
            {
                json.Append(isFirst ? "" : ",");
                isFirst = false;
                AppendText(json, !isCalm && random.OneIn(30) ? JsonNamingPolicy.CamelCase.ConvertName(name) : name);
                json.Append(':');
                Append(json, shape, name, depth + 1, random, isCalm);
            }
        }

        if (!isCalm && random.OneIn(40))
        {
            json.Append(isFirst ? "" : ",").Append("\"unknown\":");
            AppendOdd(json, random);
        }

        json.Append('}');
    }

    private static void AppendOdd(StringBuilder json, FuzzRandom random)
    {
        if (!random.OneIn(30))
        {
            json.Append(random.From(Oddities));
            return;
        }

        var depth = random.Of(31, 32, 33, 63, 64, 65, 128, 1_000, 9_999, 10_001);
        var (open, close) = random.Of(("[", "]"), ("{\"a\":", "}"));
        json.Insert(json.Length, open, depth).Append('1');
        if (!random.OneIn(3))
            json.Insert(json.Length, close, depth);
    }

    private static void AppendText(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c is '"' or '\\' ? json.Append('\\').Append(c) : c < ' ' ? json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : json.Append(c);
        }

        json.Append('"');
    }
}
