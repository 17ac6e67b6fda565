using FsCheck;
using FsCheck.Fluent;
using SsmSessions.Core;
using SsmSessions.Core.Documents;

namespace SsmSessions.Tests.Documents;

public sealed class DocumentContentTests
{
    [Theory]
    [InlineData("https://raw.example/content.json", 1, 6)]
    [InlineData("{", 1, 2)]
    [InlineData("", 1, 1)]
    [InlineData("{\"a\":}", 1, 7)]
    [InlineData("{\"a\" 1}", 1, 7)]
    [InlineData("{\n  \"ä\": 1,\n}", 3, 2)]
    [InlineData("{\"ä\":ö}", 1, 7)]
    [InlineData("{} {}", 1, 5)]
    [InlineData("{\n\"a\":\"\\ud800\"}", 2, 6)]
    public void Json_that_is_not_well_formed_is_refused_with_its_place(string content, int line, int column)
    {
        var refused = Assert.Throws<RefusedException>(() => DocumentContent.Parse("Command", DocumentFormat.Json, content));

        Assert.Equal(
            (Refusal.InvalidDocumentContent, $"JSON not well-formed. at Line: {line}, Column: {column}"), (refused.Refusal, refused.Text));
    }

    [Theory]
    [InlineData("a: [1\nb: 2")]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: *nobody")]
    [InlineData("---\na: 1\n---\nb: 1")]
    [InlineData("? [complex]\n: 1")]
    [InlineData("a: &x [*x]")]
    public void Yaml_that_is_not_well_formed_is_refused(string content)
    {
        var refused = Assert.Throws<RefusedException>(() => DocumentContent.Parse("Command", DocumentFormat.Yaml, content));

        Assert.Equal(Refusal.InvalidDocumentContent, refused.Refusal);
        Assert.StartsWith("YAML not well-formed. at Line: ", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Yaml_that_is_nested_without_end_is_refused()
    {
        var refused = Assert.Throws<RefusedException>(
            () => DocumentContent.Parse("Command", DocumentFormat.Yaml, new string('[', 30_000) + new string(']', 30_000)));

        Assert.Equal(Refusal.InvalidDocumentContent, refused.Refusal);
    }

    [Fact]
    public void Anchors_of_anchors_do_not_grow_without_bound()
    {
        var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(
            Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        var refused = Assert.Throws<RefusedException>(() => DocumentContent.Parse("Command", DocumentFormat.Yaml, bomb));

        Assert.Equal(Refusal.InvalidDocumentContent, refused.Refusal);
    }

    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: '1'", """{"a":"1"}""")]
    [InlineData("a: 1.0\nb: -2.5e3\nc: 010\nd: .5\ne: 0x1F", """{"a":1.0,"b":-2.5e3,"c":"010","d":".5","e":"0x1F"}""")]
    [InlineData("a: true\nb: False\nc: 'true'\nd: yes", """{"a":true,"b":false,"c":"true","d":"yes"}""")]
    [InlineData("a: ~\nb:\nc: null\nd: ''", """{"a":null,"b":null,"c":null,"d":""}""")]
    [InlineData("- a\n- {b: [c, d]}", """["a",{"b":["c","d"]}]""")]
    [InlineData("a: |\n  one\n  two\n", """{"a":"one\ntwo\n"}""")]
    [InlineData("a: >-\n  one\n  two\n", """{"a":"one two"}""")]
    [InlineData("a: &x {b: 1}\nc: *x", """{"a":{"b":1},"c":{"b":1}}""")]
    [InlineData("just text", "\"just text\"")]
    [InlineData("# nothing", "null")]
    public void Yaml_reads_as_json(string yaml, string json) =>
        Assert.Equal(json, DocumentContent.Read(DocumentFormat.Yaml, yaml).Json);

    [Fact]
    public void Json_is_written_as_yaml_in_its_order()
    {
        const string Json =
            """{"schemaVersion":"1.0","z":1.50,"a":[true,null,{"k":"v"},[],{}],"text":"one\ntwo","odd":"- x: #","yes":"yes","n":"12"}""";

        var yaml = DocumentContent.Read(DocumentFormat.Json, Json).ConvertTo(DocumentFormat.Yaml);

        Assert.Equal(
            """
            ---
            schemaVersion: "1.0"
            z: 1.50
            a:
            - true
            - null
            - k: v
            - []
            - {}
            text: |-
              one
              two
            odd: "- x: #"
            "yes": "yes"
            "n": "12"

            """.ReplaceLineEndings("\n"),
            yaml);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a ")]
    [InlineData(" a\nb ")]
    [InlineData("\n")]
    [InlineData("\n\na\n\n")]
    [InlineData("  indented\nnot")]
    [InlineData("a: b")]
    [InlineData("# a")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("No")]
    [InlineData("1e3")]
    [InlineData("2024-01-01")]
    [InlineData("{{ name }}")]
    [InlineData("*a")]
    [InlineData("a\tb")]
    [InlineData("a\r\nb")]
    [InlineData("4cq\n\r5")]
    [InlineData("one\n\n  two\n\tthree\n")]
    [InlineData("\u0000\u0007\u001b")]
    [InlineData("\u0085\u2028")]
    [InlineData("ünïcödé 😀")]
    [InlineData("\"'\\")]
    [InlineData("---")]
    public void A_text_survives_yaml(string text)
    {
        var json = new System.Text.Json.Nodes.JsonObject { ["k"] = text, [text] = new System.Text.Json.Nodes.JsonArray(text) }.ToJsonString();

        var yaml = DocumentContent.Read(DocumentFormat.Json, json).ConvertTo(DocumentFormat.Yaml);

        Assert.Equal(json, DocumentContent.Read(DocumentFormat.Yaml, yaml).Json);
    }

    [Fact]
    public void Any_text_survives_yaml() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<string>().Where(text => text is not null && IsWellFormed(text)).ToArbitrary(), A_text_survives_yaml)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Theory]
    [InlineData(DocumentFormat.Yaml)]
    [InlineData(DocumentFormat.Json)]
    public void Any_content_is_read_or_refused(DocumentFormat format)
    {
        var pieces = Gen.Elements(
            "a", "b: ", "- ", "\n", " ", "  ", "[", "]", "{", "}", ",", ":", "&x ", "*x", "!t ", "!!str ", "|", ">-", "'", "\"", "#", "%", "@", "`",
            "? ", "---", "...", "<<: ", "\t", "\r", "\\", "\\u12", "null", "1.0", "\0", "ö", "\\ud800", "schemaVersion", "parameters", "inputs", "1.0");
        Prop.ForAll(pieces.ArrayOf().Select(string.Concat).ToArbitrary(), text =>
        {
            try
            {
                foreach (var other in Enum.GetValues<DocumentFormat>())
                    DocumentContent.Parse("Command", format, text).ConvertTo(other);
                DocumentContent.Parse("Session", format, text);
            }
            catch (RefusedException)
            {
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithEndSize(60));
    }

    [Fact]
    public void Yaml_is_written_as_indented_json() =>
        Assert.Equal("{\n  \"a\": \"<ä>\",\n  \"b\": []\n}", DocumentContent.Read(DocumentFormat.Yaml, "a: <ä>\nb: []").ConvertTo(DocumentFormat.Json));

    [Fact]
    public void A_text_has_no_form_as_json()
    {
        var text = DocumentContent.Parse("ApplicationConfiguration", DocumentFormat.Text, "key = value");

        var refused = Assert.Throws<RefusedException>(() => text.ConvertTo(DocumentFormat.Json));

        Assert.Equal((Refusal.Validation, "Invalid document format JSON"), (refused.Refusal, refused.Text));
        Assert.Equal("key = value", text.ConvertTo(DocumentFormat.Text));
    }

    [Fact]
    public void The_largest_content_has_64_kb()
    {
        DocumentContent.Parse("Command", DocumentFormat.Text, new string('ä', 32 * 1024));

        var refused = Assert.Throws<RefusedException>(
            () => DocumentContent.Parse("Command", DocumentFormat.Text, new string('ä', 32 * 1024) + "b"));

        Assert.Equal((Refusal.MaxDocumentSizeExceeded, "The size limit of a document is 64 KB."), (refused.Refusal, refused.Text));
    }

    [Fact]
    public void The_hash_is_that_of_the_text() =>
        Assert.Equal(
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", DocumentContent.Read(DocumentFormat.Json, "{}").Hash);

    [Fact]
    public void A_content_of_any_type_is_summarized()
    {
        var summary = DocumentContent.Read(
            DocumentFormat.Json,
            """{"schemaVersion":"2.2","description":"d","parameters":{"a":{"type":"string","default":"x"},"b":{"type":"StringList","default":["y"]},"c":{"type":"AWS::EC2::Instance::Id","description":"e"},"d":7}}""")
            .Summarize();

        Assert.Equal(("2.2", "d"), (summary.SchemaVersion, summary.Description));
        Assert.Equal(
            [
                new ParameterSummary("a", "String", null, "x"),
                new ParameterSummary("b", "StringList", null, """["y"]"""),
                new ParameterSummary("c", "AWS::EC2::Instance::Id", "e", null),
            ],
            summary.Parameters);
        Assert.Same(DocumentSummary.Empty, DocumentContent.Read(DocumentFormat.Json, "[1]").Summarize());
    }

    private static bool IsWellFormed(string text) => !text.EnumerateRunes().Any(rune => rune.Value == 0xFFFD);
}
