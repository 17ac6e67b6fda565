using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Tests.Consul.Go;

/// <summary>JSON as Go's encoding/json reads, tells and writes it (spec/consul-sessions.md §2.1, §12).</summary>
public sealed class GoJsonTests
{
    private static readonly string[] Pieces =
        ["{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "d83d", "\\ude00", "null", "true", "false", "-", "0", "12", ".5", "e+1", " ", "\n", "a", "\u0001", "ä", "😀", "\"a\":"];

    [Theory]
    [InlineData("", "EOF")]
    [InlineData(" \t\r\n", "EOF")]
    [InlineData("{", "unexpected EOF")]
    [InlineData("\"a", "unexpected EOF")]
    [InlineData("tru", "unexpected EOF")]
    [InlineData("-", "unexpected EOF")]
    [InlineData("1.", "unexpected EOF")]
    [InlineData("x", "invalid character 'x' looking for beginning of value")]
    [InlineData("'", "invalid character '\\'' looking for beginning of value")]
    [InlineData("]", "invalid character ']' looking for beginning of value")]
    [InlineData("[1,]", "invalid character ']' looking for beginning of value")]
    [InlineData("{1", "invalid character '1' looking for beginning of object key string")]
    [InlineData("{\"a\":1,}", "invalid character '}' looking for beginning of object key string")]
    [InlineData("{\"a\" 1", "invalid character '1' after object key")]
    [InlineData("{\"a\":1 \"", "invalid character '\"' after object key:value pair")]
    [InlineData("[1 2", "invalid character '2' after array element")]
    [InlineData("[01]", "invalid character '1' after array element")]
    [InlineData("[-a]", "invalid character 'a' in numeric literal")]
    [InlineData("[1.a]", "invalid character 'a' after decimal point in numeric literal")]
    [InlineData("[1e]", "invalid character ']' in exponent of numeric literal")]
    [InlineData("[1e+x]", "invalid character 'x' in exponent of numeric literal")]
    [InlineData("nulx", "invalid character 'x' in literal null (expecting 'l')")]
    [InlineData("[tRue]", "invalid character 'R' in literal true (expecting 'r')")]
    [InlineData("\"\n\"", "invalid character '\\n' in string literal")]
    [InlineData("\"\u0001\"", "invalid character '\\x01' in string literal")]
    [InlineData("\"\\x\"", "invalid character 'x' in string escape code")]
    [InlineData("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape")]
    [InlineData("\u00e4", "invalid character 'Ã' looking for beginning of value")]
    [InlineData("\u00a0", "invalid character 'Â' looking for beginning of value")]
    [InlineData("\u007f", "invalid character '\\x7f' looking for beginning of value")]
    public void What_is_no_JSON_is_told_as_by_Go(string json, string failure) =>
        Assert.Equal(failure, Assert.Throws<GoJsonException>(() => GoJsonReader.Read(Encoding.UTF8.GetBytes(json))).Message);

    [Theory]
    [InlineData("1x", "1")]
    [InlineData("0123", "0")]
    [InlineData("nullx", "")]
    [InlineData("\"a\\u0041\\n\\/\\ud83d\\ude00\\ud83dx\\ude00\" junk", "aA\n/😀\uFFFDx\uFFFD")]
    [InlineData("\"\\ud83d\\ud83d\\ude00\"", "\uFFFD😀")]
    public void The_first_value_is_read_and_the_rest_is_not(string json, string text) => Assert.Equal(text, GoJsonReader.Read(Encoding.UTF8.GetBytes(json)).Text);

    [Fact]
    public void Nesting_is_bounded()
    {
        Assert.Equal(GoJsonKind.Array, GoJsonReader.Read(Encoding.UTF8.GetBytes(new string('[', 1000) + new string(']', 1000))).Kind);
        Assert.Equal(
            "invalid character '{' exceeded max depth",
            Assert.Throws<GoJsonException>(() => GoJsonReader.Read(Encoding.UTF8.GetBytes(new string('[', 1000) + "{"))).Message);
    }

    [Fact]
    public void Any_text_is_read_or_told_and_a_strict_reader_agrees() => Prop.ForAll(
        Gen.Elements(Pieces).ArrayOf().Select(string.Concat).ToArbitrary(),
        json =>
        {
            GoJsonValue? value = null;
            try
            {
                value = GoJsonReader.Read(Encoding.UTF8.GetBytes(json));
            }
            catch (GoJsonException told)
            {
                Assert.NotEmpty(told.Message);
            }

            if (ReadStrictly(json) is { } strict)
                AssertSame(strict, value!);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void Any_text_is_written_so_that_it_reads_the_same() => Prop.ForAll(
        Gen.OneOf(Gen.Elements([.. Pieces, "<", ">", "&", "\u2028", "\b", "\u007f"]).ArrayOf().Select(string.Concat), ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")).ToArbitrary(),
        ArbMap.Default.ArbFor<byte[]>(),
        (text, bytes) =>
        {
            var json = new GoJsonWriter();
            json.Array([text], (json, text) => json.Object(json => json.Name(text).String(text).Name("").Base64(bytes).Name("n").Array([1, 2], (json, n) => json.Number((long)n))));
            var written = json.Written.ToArray();
            var whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

            var value = GoJsonReader.Read(written).Items.Single();
            Assert.Equal((whole, whole), (value.Members[0].Key, value.Members[0].Value.Text));
            Assert.Equal(Convert.ToBase64String(bytes), value.Members[1].Value.Text);
            Assert.Equal(-1, written.AsSpan().IndexOfAny("<>&"u8));
            AssertSame(JsonDocument.Parse(written).RootElement[0], value);
            AssertSame(JsonDocument.Parse(GoJsonIndent.Indent(written)).RootElement[0], value);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Members_are_found_without_case_and_the_last_one_wins()
    {
        var seen = new List<string>();

        GoDecoding.Decode("""{"ID":"1","id":"2","\u017fize":"3","\u212aey":"4","Id":null,"other":"5"}"""u8, refusesUnknown: false, body => body.Object("T", new Dictionary<string, Action<GoMember>>(StringComparer.Ordinal)
        {
            ["ID"] = id => seen.Add("ID " + id.String("before")),
            ["Size"] = size => seen.Add("Size " + size.String("before")),
            ["Key"] = key => seen.Add("Key " + key.String("before")),
        }));

        Assert.Equal(["ID 1", "ID 2", "Size 3", "Key 4", "ID before"], seen);
    }

    private static JsonElement? ReadStrictly(string json)
    {
        try
        {
            return JsonDocument.Parse(json).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void AssertSame(JsonElement expected, GoJsonValue value)
    {
        Assert.Equal(expected.ValueKind switch
        {
            JsonValueKind.Null => GoJsonKind.Null,
            JsonValueKind.True or JsonValueKind.False => GoJsonKind.Bool,
            JsonValueKind.Number => GoJsonKind.Number,
            JsonValueKind.String => GoJsonKind.String,
            JsonValueKind.Array => GoJsonKind.Array,
            _ => GoJsonKind.Object,
        }, value.Kind);
        if (expected.ValueKind == JsonValueKind.Array)
        {
            Assert.Equal(expected.GetArrayLength(), value.Items.Count);
            foreach (var (element, item) in expected.EnumerateArray().Zip(value.Items))
                AssertSame(element, item);
        }
        else if (expected.ValueKind == JsonValueKind.Object)
        {
            Assert.Equal(expected.EnumerateObject().Count(), value.Members.Count);
            foreach (var (property, member) in expected.EnumerateObject().Zip(value.Members))
                AssertSame(property.Value, member.Value);
        }
        else if (expected.ValueKind == JsonValueKind.Number)
        {
            Assert.Equal(expected.GetRawText(), value.Text);
        }
        else if (expected.ValueKind == JsonValueKind.String && !expected.GetRawText().Contains("\\u", StringComparison.Ordinal))
        {
            Assert.Equal(expected.GetString(), value.Text);
        }
    }
}
