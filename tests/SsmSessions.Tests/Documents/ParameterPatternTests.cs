using SsmSessions.Core;
using SsmSessions.Core.Documents;

namespace SsmSessions.Tests.Documents;

public sealed class ParameterPatternTests
{
    [Theory]
    [InlineData("^[a-z]+$", "abc", true)]
    [InlineData("^[a-z]+$", "abc\n", false)]
    [InlineData("[a-z]", "ab", false)]
    [InlineData("a|ab", "ab", true)]
    [InlineData(@"\d+", "12", true)]
    [InlineData(@"\d+", "\u0661", false)]
    [InlineData(@"[\d.]+", "1.2", true)]
    [InlineData(@"\w+", "a_1", true)]
    [InlineData(@"\w+", "ä", false)]
    [InlineData(@"\W", "ä", true)]
    [InlineData(@"\D", "\u0661", true)]
    [InlineData(@"a\sb", "a b", true)]
    [InlineData(@"a\sb", "a\u00a0b", false)]
    [InlineData("a.b", "a-b", true)]
    [InlineData("a.b", "a\rb", false)]
    [InlineData("[.]", "x", false)]
    [InlineData(@"[^\]]+.", "ab", true)]
    [InlineData("[]a]+.", "]a.", true)]
    [InlineData(@"\.", "x", false)]
    [InlineData("(?=a)[a-z]+", "abc", true)]
    [InlineData("(?=a)[a-z]+", "bc", false)]
    [InlineData(@"(a)\1", "aa", true)]
    public void The_whole_value_must_match_as_in_Java(string pattern, string value, bool matches) =>
        Assert.Equal(matches, ParameterPattern.Parse("p", pattern).IsMatch(value));

    [Theory]
    [InlineData("(a+)+")]
    [InlineData("(?=a)(a+)+b?")]
    [InlineData(@"((a*)*)*\1c")]
    public void A_pattern_that_could_take_for_ever_ends(string pattern) =>
        Assert.False(ParameterPattern.Parse("p", pattern).IsMatch(new string('a', 60_000) + "!"));

    [Theory]
    [InlineData("(")]
    [InlineData("[a")]
    [InlineData(@"\p{NoSuchClass}")]
    [InlineData("a)|(b")]
    public void What_is_no_pattern_is_refused(string pattern)
    {
        var refused = Assert.Throws<RefusedException>(() => ParameterPattern.Parse("p", pattern));

        Assert.Equal(
            (Refusal.InvalidDocumentContent, "The allowedPattern of parameter \"p\" is not a valid regular expression."),
            (refused.Refusal, refused.Text));
    }

    [Fact]
    public void A_pattern_is_bounded() =>
        Assert.Throws<RefusedException>(() => ParameterPattern.Parse("p", new string('a', 2_049)));
}
