using System.Text;
using SsmSessions.Core;
using SsmSessions.Core.Documents;
using SsmSessions.Fuzzing.Inputs;

namespace SsmSessions.Fuzzing.Doors.Parsers;

/// <summary>Session documents, as JSON and as YAML, and the values of their parameters.</summary>
internal sealed class DocumentsDoor : ParserDoor
{
    private static readonly JsonShape Text = new(JsonKind.Text);

    private static readonly JsonShape Document = JsonShape.Structure(
        ("schemaVersion", Text), ("description", Text), ("sessionType", Text),
        ("parameters", new(JsonKind.Map, JsonShape.Structure(
            ("type", Text), ("description", Text), ("default", Text), ("allowedValues", new(JsonKind.List, Text)), ("allowedPattern", Text), ("minItems", new(JsonKind.Number)), ("maxItems", new(JsonKind.Number)),
            ("minChars", new(JsonKind.Number)), ("maxChars", new(JsonKind.Number)), ("displayType", Text)))),
        ("inputs", JsonShape.Structure(("s3BucketName", Text), ("s3EncryptionEnabled", new(JsonKind.Bool)), ("idleSessionTimeout", Text), ("maxSessionDuration", Text), ("kmsKeyId", Text), ("runAsEnabled", new(JsonKind.Bool)), ("shellProfile", JsonShape.Structure(("linux", Text), ("windows", Text))))),
        ("properties", JsonShape.Structure(("portNumber", Text), ("type", Text), ("host", Text), ("linux", JsonShape.Structure(("commands", Text), ("runAsElevated", new(JsonKind.Bool)))))));

    private static readonly JsonMaker Json = new(
        ["{{ p }}", "{{x}}", "1.0", "^[a-z]{1,3}$", "[", "(?<x>", "\\p{Alpha}", "[a&&[b]]", "(a", "x*+", "\\Q..\\E"],
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["schemaVersion"] = ["1.0", "1.0", "2.2", "9"],
            ["sessionType"] = ["Standard_Stream", "Port", "InteractiveCommands", "NonInteractiveCommands"],
            ["type"] = ["String", "StringList", "Boolean", "Integer", "StringMap", "MapList"],
            ["idleSessionTimeout"] = ["1", "20", "60", "61", ""],
            ["maxSessionDuration"] = ["1", "1440", "", "1441"],
            ["allowedPattern"] = ["^[a-z]+$", "[0-9]{1,5}", "(a|b)*c"],
            ["portNumber"] = ["22", "{{ p }}"],
        });

    private static readonly string[] Yaml =
    [
        "schemaVersion: '1.0'\nsessionType: Standard_Stream\ninputs:\n  idleSessionTimeout: 5\n", "a: &x [1, *x]\n", "- - - -\n", "? {a: b}\n: c\n", "a: |\n  b\n   c\n", "a: >-\n  b\n\n  c\n", "%YAML 1.2\n---\na: b\n...\n",
        "a: !!binary eA==\n", "a: {b: [c, {d: e}]}\n", "<<: *a\n", "'a': \"\\x41\\u263A\"\n", "a: 0x1F\nb: .inf\nc: ~\nd: 1_000\ne: 2001-01-01\n", "&a a: *a\n", "a: b: c\n", "\ta: b\n", "--- a\n--- b\n", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n",
    ];

    private readonly Mutator _mutator = new(Corpus.Words([": ", "\n  ", "- ", "&a ", "*a", "!!str ", "|\n", ">\n", "{{ p }}", "\"parameters\":", "\"type\":\"String\"", "---\n"]), [.. Corpus.Of("documents").Select(kept => kept.Input)]);

    public override string Name => "documents";

    public override byte[] Make(FuzzRandom random)
    {
        var bytes = Encoding.UTF8.GetBytes(random.OneIn(4) ? random.From(Yaml) : Json.Make(Document, random));
        return random.OneIn(3) ? _mutator.Mutate(bytes, random) : bytes;
    }

    public override string Read(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var json = Read(DocumentFormat.Json, text);
        return json ?? (Read(DocumentFormat.Yaml, text) is null ? "refused" : "YAML");
    }

    private static string? Read(DocumentFormat format, string text)
    {
        try
        {
            var content = DocumentContent.Parse("Session", format, text);
            _ = content.Summarize();
            // What is converted can be read again.
            var other = format == DocumentFormat.Json ? DocumentFormat.Yaml : DocumentFormat.Json;
            var converted = content.ConvertTo(other);
            if (DocumentContent.Read(other, converted).Json is null)
                throw new FuzzFailure("What is converted cannot be read.");
            Bind(SessionDocument.Parse(content), text);
            return format.ToString();
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private static void Bind(SessionDocument document, string text)
    {
        try
        {
            var values = document.Parameters.ToDictionary(p => p.Name, p => p.Default ?? [text.Length > 20 ? text[..20] : text], StringComparer.Ordinal);
            _ = DocumentParameters.Bind(document, values);
        }
        catch (RefusedException)
        {
            // Not the values that it asks for.
        }
    }
}
