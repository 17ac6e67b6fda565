using SsmSessions.Core;
using SsmSessions.Core.Documents;

namespace SsmSessions.Tests.Documents;

public sealed class DocumentParametersTests
{
    [Fact]
    public void Defaults_are_filled_in()
    {
        var bound = Bind(
            """{"s":{"type":"String","default":"d"},"n":{"type":"Integer","default":5},"l":{"type":"StringList","default":["a","b"]},"one":{"type":"StringList","default":"a"},"m":{"type":"StringMap","default":{"k":1}},"g":{"type":"String","default":"x"}}""",
            ("g", ["given"]));

        Assert.Equal(["s=d", "n=5", "l=a,b", "one=a", """m={"k":1}""", "g=given"], bound.Select(p => $"{p.Key}={string.Join(',', p.Value)}"));
    }

    [Theory]
    [InlineData("""{"type":"String","default":""}""", "x")]
    [InlineData("""{"type":"String","allowedPattern":"^[a-z]+$"}""", "abc")]
    [InlineData("""{"type":"String","allowedValues":["A",5,true]}""", "5")]
    [InlineData("""{"type":"String","minChars":2,"maxChars":"3"}""", "abc")]
    [InlineData("""{"type":"Boolean"}""", "True")]
    [InlineData("""{"type":"Integer"}""", "-12")]
    [InlineData("""{"type":"StringList","minItems":2,"maxItems":2,"allowedPattern":"[ab]"}""", "a", "b")]
    [InlineData("""{"type":"StringList","default":["a"]}""")]
    [InlineData("""{"type":"StringMap"}""", """{"k":"v"}""")]
    [InlineData("""{"type":"MapList"}""", """{"k":"v"}""", "{}")]
    public void What_fits_is_bound(string definition, params string[] values) =>
        Assert.Equal(values, Bind($$"""{"p":{{definition}}}""", ("p", values))["p"]);

    [Theory]
    [InlineData("""{"type":"String","allowedPattern":"^[a-z]+$"}""", """Parameter "p" has value "A b" not matching "^[a-z]+$".""", "A b")]
    [InlineData("""{"type":"String","allowedValues":["A","B"]}""", """Parameter "p" has value "C" not found in [A, B].""", "C")]
    [InlineData("""{"type":"String"}""", """Parameter "p" must have exactly one value.""", "a", "b")]
    [InlineData("""{"type":"String","default":"a"}""", """Parameter "p" must have exactly one value.""")]
    [InlineData("""{"type":"String","minChars":2}""", """Parameter "p" must have at least 2 characters.""", "a")]
    [InlineData("""{"type":"String","maxChars":2}""", """Parameter "p" must have at most 2 characters.""", "abc")]
    [InlineData("""{"type":"Boolean"}""", """Parameter "p" has value "yes" that is not of type Boolean.""", "yes")]
    [InlineData("""{"type":"Integer"}""", """Parameter "p" has value "1.5" that is not of type Integer.""", "1.5")]
    [InlineData("""{"type":"StringList","minItems":2}""", """Parameter "p" must have at least 2 values.""", "a")]
    [InlineData("""{"type":"StringList","maxItems":1}""", """Parameter "p" must have at most 1 values.""", "a", "b")]
    [InlineData("""{"type":"StringList","allowedPattern":"[ab]"}""", """Parameter "p" has value "c" not matching "[ab]".""", "a", "c")]
    [InlineData("""{"type":"StringMap"}""", """Parameter "p" has value "[]" that is not of type StringMap.""", "[]")]
    [InlineData("""{"type":"MapList"}""", """Parameter "p" has value "{" that is not of type MapList.""", "{}", "{")]
    public void What_does_not_fit_is_refused(string definition, string text, params string[] values) =>
        Refused(Refusal.InvalidParameters, text, $$"""{"p":{{definition}}}""", ("p", values));

    [Fact]
    public void A_parameter_without_default_is_required() =>
        Refused(Refusal.InvalidParameters, """Parameter "p" is required.""", """{"p":{"type":"String"}}""");

    [Fact]
    public void A_parameter_that_the_document_does_not_define_is_refused() =>
        Refused(
            Refusal.InvalidParameters, "Document parameter(s) [P, q] are not defined.", """{"p":{"type":"String"}}""", ("q", ["1"]), ("P", ["1"]));

    [Fact]
    public void Without_parameters_there_is_nothing_to_give()
    {
        Assert.Empty(DocumentParameters.Bind(SessionDocument.BuiltIn, given: null));
        Refused(Refusal.InvalidParameters, "Document parameter(s) [a] are not defined.", "{}", ("a", []));
    }

    [Fact]
    public void Together_they_are_bounded()
    {
        const string Definitions = """{"a":{"type":"StringList"},"b":{"type":"String","default":""}}""";
        var largest = Enumerable.Repeat(new string('x', 64 * 1024 - 1), 4).Append("xx").ToArray();

        Assert.Equal(largest, Bind(Definitions, ("a", largest))["a"]);
        Refused(Refusal.Validation, "The parameters of a session must not exceed 256 KB in total.", Definitions, ("a", largest), ("b", ["x"]));
    }

    private static IReadOnlyDictionary<string, IReadOnlyList<string>> Bind(
        string parameters, params (string Name, IReadOnlyList<string> Values)[] given) =>
        DocumentParameters.Bind(
            SessionDocument.Parse(DocumentContent.Read(
                DocumentFormat.Json, $$"""{"schemaVersion":"1.0","sessionType":"Port","parameters":{{parameters}}}""")),
            given.ToDictionary(g => g.Name, g => g.Values, StringComparer.Ordinal));

    private static void Refused(Refusal refusal, string text, string parameters, params (string Name, IReadOnlyList<string> Values)[] given)
    {
        var refused = Assert.Throws<RefusedException>(() => Bind(parameters, given));
        Assert.Equal((refusal, text), (refused.Refusal, refused.Text));
    }
}
