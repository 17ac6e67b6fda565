using System.Text.Json.Nodes;

namespace SsmSessions.Local.Cli;

/// <summary>Makes a filter of the server's of an expression behind <c>WHERE</c> (spec/truenas-sessions.md §2).</summary>
internal static class WhereFilter
{
    /// <summary>The filter of a text.</summary>
    /// <exception cref="CliFailure">It is no expression, or none that a filter can be made of.</exception>
    public static JsonArray Parse(string text) => Of(WhereSyntax.Parse(text));

    private static JsonArray Of(WhereNode node) => node switch
    {
        WhereBool { Operator: "Or" } or => new JsonArray("OR", new JsonArray([.. or.Values.Select(Of)])),
        WhereBool and => new JsonArray("AND", new JsonArray([.. and.Values.Select(Of)])),
        WhereCompare compare => Of(compare),
        WhereCall call => Of(call),
        WhereUnary { Operator: "Not" } not => new JsonArray("NOT", Of(not.Operand)),
        WhereUnary unary => throw new CliFailure($"Unknown unary expression {unary.Operator}"),
        _ => throw new CliFailure($"Unsupported filter expression: {node.Kind}"),
    };

    private static JsonArray Of(WhereCompare compare)
    {
        if (compare.Right.Count != 1)
            // The real text has no closing parenthesis either.
            throw new CliFailure($"Too many comparators (expected 1, found {compare.Right.Count}");
        var name = compare.Operators[0] switch
        {
            "Eq" => "=",
            "NotEq" => "!=",
            "Gt" => ">",
            "GtE" => ">=",
            "Lt" => "<",
            "LtE" => "<=",
            "In" => "in",
            "NotIn" => "nin",
            var other => throw new CliFailure($"Unsupported comparison operator: {other}"),
        };
        if (name is "in" or "nin" && compare.Left is WhereConstant member)
        {
            return compare.Right[0] is WhereName container
                ? new JsonArray(container.Name, "r" + name, member.Value?.DeepClone())
                : throw new CliFailure($"Unsupported right operand for `{Printed(member)} {name}`");
        }

        return compare.Left is WhereName left
            ? new JsonArray(left.Name, name, Constant(compare.Right[0]))
            : throw new CliFailure($"Unsupported left operand {compare.Left.Kind}");
    }

    private static JsonArray Of(WhereCall call)
    {
        if (call.Function is not WhereAttribute function)
            throw new CliFailure($"Unsupported callee type: {call.Function.Kind}");
        if (function.Of is not WhereName left)
            throw new CliFailure($"Unsupported callee {function.Of.Kind}");
        var name = function.Name switch
        {
            "match" => "~",
            "startswith" => "^",
            "endswith" => "$",
            var other => throw new CliFailure($"Unknown function name '{other}'"),
        };
        if (call.Arguments.Count != 1)
            throw new CliFailure($"Function {function.Name} accepts 1 argument, given {call.Arguments.Count}");
        if (call.HasKeywords)
            throw new CliFailure($"Function {function.Name} does not accept keyword arguments");
        return new JsonArray(left.Name, name, Constant(call.Arguments[0]));
    }

    private static JsonNode? Constant(WhereNode node) => node switch
    {
        WhereConstant constant => constant.Value?.DeepClone(),
        WhereItems list => new JsonArray([.. list.Items.Select(Constant)]),
        WhereName { Name: "true" } => true,
        WhereName { Name: "false" } => false,
        WhereName { Name: "null" } => null,
        _ => throw new CliFailure($"Unsupported right operand {node.Kind}"),
    };

    private static string Printed(WhereConstant constant) =>
        constant.Value is null ? "None" : constant.Value.TryGetValue<string>(out var text) ? text : constant.Value.ToJsonString();
}
