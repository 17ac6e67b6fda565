using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsmSessions.Server.TrueNas;

/// <summary>The filters of a query: <c>[["internal", "=", false], ["OR", [[…], …]]]</c>, all of which must hold (spec/truenas-sessions.md §6).</summary>
internal static class QueryFilters
{
    private const string Field = "query-filters";
    private const int MostConditions = 100;
    private const int DeepestNesting = 3;

    /// <summary>Checks filters, and makes one condition of them.</summary>
    /// <exception cref="TrueNasException">They have no meaning.</exception>
    public static Func<JsonObject, bool> Compile(JsonNode? filters, RegexBudget regexes)
    {
        if (filters is null)
            return _ => true;
        if (filters is not JsonArray list)
            throw Bad("Not a list");
        var left = MostConditions;
        return All(list, depth: 0, regexes, ref left);
    }

    private static Func<JsonObject, bool> All(JsonArray filters, int depth, RegexBudget regexes, ref int left)
    {
        if (depth > DeepestNesting)
            throw Bad("query-filters max recursion depth exceeded");
        var conditions = new List<Func<JsonObject, bool>>();
        foreach (var filter in filters)
            conditions.Add(One(filter as JsonArray ?? throw Bad($"Invalid filter {Text(filter)}"), depth, regexes, ref left));
        return row => conditions.TrueForAll(condition => condition(row));
    }

    private static Func<JsonObject, bool> One(JsonArray filter, int depth, RegexBudget regexes, ref int left)
    {
        if (left-- == 0)
            throw Bad($"More than {MostConditions} conditions");
        if (filter.Count == 2)
            return Any(filter, depth, regexes, ref left);
        if (filter.Count != 3 || !TryText(filter[0], out var path) || !TryText(filter[1], out var name))
            throw Bad($"Invalid filter {Text(filter)}");
        var holds = QueryOperators.Find(name, filter[2], regexes) ?? throw Bad($"Invalid operation: {name}");
        return row => QueryPath.Resolve(row, path).Any(holds);
    }

    /// <summary><c>["OR", [branch, …]]</c>, where a branch is a filter or a list of them.</summary>
    private static Func<JsonObject, bool> Any(JsonArray filter, int depth, RegexBudget regexes, ref int left)
    {
        if (!TryText(filter[0], out var operation) || operation != "OR")
            throw Bad($"Invalid operation: {(TryText(filter[0], out var other) ? other : Text(filter[0]))}");
        if (filter[1] is not JsonArray { Count: > 0 } branches)
            throw Bad("OR filter requires at least one branch.");
        var conditions = new List<Func<JsonObject, bool>>();
        foreach (var branch in branches)
        {
            if (branch is not JsonArray { Count: > 0 } conjunction)
                throw Bad($"Invalid filter {Text(branch)}");
            conditions.Add(All(conjunction[0] is JsonArray ? conjunction : new JsonArray(conjunction.DeepClone()), depth + 1, regexes, ref left));
        }

        return row => conditions.Exists(condition => condition(row));
    }

    private static bool TryText(JsonNode? node, out string text)
    {
        text = node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";
        return text.Length > 0;
    }

    private static string Text(JsonNode? node)
    {
        const int Longest = 100;
        var text = RelaxedJson.Text(node);
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }

    private static TrueNasException Bad(string text) => TrueNasException.BadArgument(Field, text);
}
