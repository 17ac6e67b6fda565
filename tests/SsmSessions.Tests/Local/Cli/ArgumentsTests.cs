using SsmSessions.Local.Cli;

namespace SsmSessions.Tests.Local.Cli;

/// <summary>Arguments of commands.</summary>
public sealed class ArgumentsTests
{
    [Theory]
    [InlineData("\"a-b\"", """["a-b"]""")]
    [InlineData("id=\"a-b\"", """["a-b"]""")]
    [InlineData(" id = abc ", """["abc"]""")]
    [InlineData("{\"a\": [1, 2]}", """[{"a":[1,2]}]""")]
    [InlineData("-1 x", """[-1,"x"]""")]
    [InlineData("true null", "[true,null]")]
    [InlineData("\"ü\" more=2", """["\u00FC",2]""")]
    [InlineData("", "[]")]
    public void Are_put_in_order(string text, string parameters) => Assert.Equal(parameters, CommandArguments.Parse(text).InOrder("id", "more").ToJsonString());

    [Theory]
    [InlineData("b8d41c77-0a2f", "Expected end of text, found 'b'\n b8d41c77-0a2f\n ^")]
    [InlineData("\"a\"b", "Expected end of text, found '\"'\n \"a\"b\n ^")]
    [InlineData("\"open", "Expected end of text, found '\"'\n \"open\n ^")]
    [InlineData("{\"a\":\"\\ud800\"}", "Expected end of text, found '{'\n {\"a\":\"\\ud800\"}\n ^")]
    [InlineData("id=1 2", "Expected end of text, found '2'\n id=1 2\n      ^")]
    [InlineData("more=2", "Missing positional argument 1 (id)")]
    [InlineData("1 id=2", "Keyword argument id already given as positional argument 1")]
    public void Or_are_refused(string text, string complaint) =>
        Assert.Equal(complaint, Assert.Throws<CliFailure>(() => CommandArguments.Parse(text).InOrder("id", "more")).Message);
}
