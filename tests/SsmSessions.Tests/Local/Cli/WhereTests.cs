using System.Text.Json.Nodes;
using SsmSessions.Local.Cli;

namespace SsmSessions.Tests.Local.Cli;

/// <summary>What stands behind <c>WHERE</c>. The complaints are those of Python 3.11.</summary>
public sealed class WhereTests
{
    [Theory]
    [InlineData("internal == false", """["internal","=",false]""")]
    [InlineData("a != True", """["a","!=",true]""")]
    [InlineData("a > 1", """["a",">",1]""")]
    [InlineData("a >= 1.5e3", """["a",">=",1500]""")]
    [InlineData("a < 0x1F", """["a","<",31]""")]
    [InlineData("a <= 1_000", """["a","<=",1000]""")]
    [InlineData("a == null", """["a","=",null]""")]
    [InlineData("credentials in ['API_KEY','TOKEN']", """["credentials","in",["API_KEY","TOKEN"]]""")]
    [InlineData("credentials not in ('API_KEY',)", """["credentials","nin",["API_KEY"]]""")]
    [InlineData("'10.' in origin", """["origin","rin","10."]""")]
    [InlineData("\"10.\" not in origin", """["origin","rnin","10."]""")]
    [InlineData("origin.startswith('10.')", """["origin","^","10."]""")]
    [InlineData("origin.endswith(\"x\" 'y')", """["origin","$","xy"]""")]
    [InlineData(@"origin.match('10\.\d\x41\'')", """["origin","~","10\\.\\dA\u0027"]""")]
    [InlineData("a == 1 or (b == 2 or c == 3)", """["OR",[["a","=",1],["OR",[["b","=",2],["c","=",3]]]]]""")]
    [InlineData("a == 1 or b == 2 and not c == 3", """["OR",[["a","=",1],["AND",[["b","=",2],["NOT",["c","=",3]]]]]]""")]
    public void Is_sent_as_a_filter(string text, string filter)
    {
        var sent = WhereFilter.Parse(text);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(filter), sent), sent.ToJsonString());
    }

    [Theory]
    [InlineData("internal", "Unsupported filter expression: Name")]
    [InlineData("1", "Unsupported filter expression: Constant")]
    [InlineData("a + 1", "Unsupported filter expression: BinOp")]
    [InlineData("-a", "Unknown unary expression USub")]
    [InlineData("a[0]", "Unsupported filter expression: Subscript")]
    [InlineData("a is b", "Unsupported comparison operator: Is")]
    [InlineData("a == 1 == 2", "Too many comparators (expected 1, found 2")]
    [InlineData("a == -1", "Unsupported right operand UnaryOp")]
    [InlineData("a == b", "Unsupported right operand Name")]
    [InlineData("1 == a", "Unsupported left operand Constant")]
    [InlineData("a.b.startswith('x')", "Unsupported callee Attribute")]
    [InlineData("a.lower()", "Unknown function name 'lower'")]
    [InlineData("a.startswith('x', 'y')", "Function startswith accepts 1 argument, given 2")]
    [InlineData("a.startswith('x', y=1)", "Function startswith does not accept keyword arguments")]
    [InlineData("'x' in [1]", "Unsupported right operand for `x in`")]
    [InlineData("internal = false", "invalid syntax\n internal = false\n          ^")]
    [InlineData("internal ==", "invalid syntax\n internal ==\n^")]
    [InlineData("(a == 1", "'(' was never closed\n (a == 1\n ^")]
    [InlineData("a == 'x", "unterminated string literal (detected at line 1)\n a == 'x\n      ^")]
    [InlineData("a b", "invalid syntax\n a b\n   ^")]
    [InlineData("a ==== b", "invalid syntax\n a ==== b\n     ^")]
    [InlineData("a in [1,", "'[' was never closed\n a in [1,\n      ^")]
    [InlineData("a.startswith('x'", "'(' was never closed\n a.startswith('x'\n             ^")]
    [InlineData("a == @", "invalid syntax\n a == @\n      ^")]
    [InlineData("not", "invalid syntax\n not\n^")]
    [InlineData("a == 1)", "unmatched ')'\n a == 1)\n       ^")]
    [InlineData("a == [1)", "closing parenthesis ')' does not match opening parenthesis '['\n a == [1)\n        ^")]
    [InlineData("a == $", "invalid syntax\n a == $\n      ^")]
    public void Or_is_refused(string text, string complaint) =>
        Assert.Equal(complaint, Assert.Throws<CliFailure>(() => WhereFilter.Parse(text)).Message);

    [Theory]
    [InlineData("(")]
    [InlineData("not ")]
    [InlineData("[")]
    [InlineData("-")]
    [InlineData("a(")]
    public void However_deep_it_is_refused(string nested) =>
        Assert.Contains("too many nested parentheses", Assert.Throws<CliFailure>(() => WhereFilter.Parse(string.Concat(Enumerable.Repeat(nested, 50_000)))).Message, StringComparison.Ordinal);
}
