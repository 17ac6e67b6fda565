using System.Globalization;
using System.Text.Json.Nodes;

namespace SsmSessions.Server.TrueNas;

/// <summary>A member of a row by its dotted name: <c>credentials_data.username</c>; <c>0</c> and <c>*</c> are members of lists.</summary>
internal static class QueryPath
{
    /// <summary>The values of a name: none where there is no such member, several by <c>*</c>.</summary>
    public static IEnumerable<JsonNode?> Resolve(JsonNode? from, string path)
    {
        var (first, rest) = Split(path);
        var found = Members(from, first);
        return rest is null ? found : found.SelectMany(value => Resolve(value, rest));
    }

    /// <summary>The first part of a name, and what follows the dot.</summary>
    public static (string First, string? After) Split(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? (path, null) : (path[..dot], path[(dot + 1)..]);
    }

    private static IEnumerable<JsonNode?> Members(JsonNode? from, string name)
    {
        if (from is JsonObject members && members.TryGetPropertyValue(name, out var value))
            return [value];
        if (from is not JsonArray list)
            return [];
        if (name == "*")
            return list;
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count ? [list[index]] : [];
    }
}
