using SsmSessions.Node.Plans;

namespace SsmSessions.Tests.Node.Plans;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("  \t\n ", new string[0])]
    [InlineData("ls -la  /tmp\n", new[] { "ls", "-la", "/tmp" })]
    [InlineData("echo 'a  b' \"c  d\" e\\ f", new[] { "echo", "a  b", "c  d", "e f" })]
    [InlineData("a'b'\"c\"d", new[] { "abcd" })]
    [InlineData("'' \"\"", new[] { "", "" })]
    [InlineData("'it'\\''s' '\\n$x'", new[] { "it's", "\\n$x" })]
    [InlineData("\"\\\" \\\\ \\$ \\` \\n\"", new[] { "\" \\ $ ` \\n" })]
    [InlineData("\"a\\\nb\" c\\\nd \"x\\\\\ny\"", new[] { "ab", "cd", "x\\\ny" })]
    [InlineData("echo a#b # comment\nnext", new[] { "echo", "a#b", "next" })]
    [InlineData("a|b && c > d; $(e) *", new[] { "a|b", "&&", "c", ">", "d;", "$(e)", "*" })]
    public void A_line_is_split_as_a_shell_splits_it(string line, string[] words) => Assert.Equal(words, CommandLine.Split(line));

    [Theory]
    [InlineData("'open")]
    [InlineData("\"open")]
    [InlineData("\"open\\\"")]
    [InlineData("open\\")]
    public void What_is_not_closed_is_refused(string line) => Assert.Throws<SessionFailedException>(() => CommandLine.Split(line));
}
