using SsmSessions.Node.Plans;

namespace SsmSessions.Tests.Node.Plans;

public sealed class PlanParametersTests
{
    private readonly PlanParameters _parameters = new(new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
    {
        ["name"] = ["value"],
        ["quoted"] = ["\"}, {{ name }} $1"],
        ["list"] = ["a \"b\"", "<c>"],
        ["none"] = [],
        ["long"] = [new string('x', 300_000)],
    });

    [Theory]
    [InlineData("nothing", "nothing")]
    [InlineData("{{ name }}", "value")]
    [InlineData("{{name}}-{{  name\t}}", "value-value")]
    [InlineData("{{ other }} {{ na_me }} {{ssm:name}} {{}} {{ name }", "{{ other }} {{ na_me }} {{ssm:name}} {{}} {{ name }")]
    [InlineData("{{ quoted }}", "\"}, {{ name }} $1")]
    [InlineData("x {{ list }}", "x [\"a \\\"b\\\"\",\"<c>\"]")]
    [InlineData("{{ none }}", "[]")]
    public void Names_are_replaced_once(string template, string expected) => Assert.Equal(expected, _parameters.Text(template));

    [Theory]
    [InlineData("{{ list }}", new[] { "a \"b\"", "<c>" })]
    [InlineData(" {{ name }} ", new[] { "value" })]
    [InlineData("{{ name }}!", new[] { "value!" })]
    [InlineData("{{ other }}", new[] { "{{ other }}" })]
    public void A_name_alone_may_stand_for_a_list(string template, string[] expected) => Assert.Equal(expected, _parameters.List(template));

    [Fact]
    public void A_long_value_cannot_be_named_without_end()
    {
        var template = string.Concat(Enumerable.Repeat("{{ long }}", 1_000));

        Assert.Throws<SessionFailedException>(() => _parameters.Text(template));
    }
}
