using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsmSessions.Server.TrueNas;

/// <summary>What a query is to answer with the rows that its filters leave: <c>select</c>, <c>order_by</c>, <c>limit</c>, <c>offset</c>,
/// <c>count</c>, <c>get</c> (spec/truenas-sessions.md §6).</summary>
internal sealed class QueryOptions
{
    private const string Field = "query-options";
    private const int MostNames = 100;
    private const int LargestLimit = 10_000;

    /// <summary>Options of the real server that mean nothing here.</summary>
    private static readonly string[] Ignored = ["relationships", "extend", "extend_context", "prefix", "extra", "force_sql_filters"];

    private readonly List<(string Path, string? NewName)> _select = [];
    private readonly List<string> _orderBy = [];
    private int _limit;
    private int _offset;
    private bool _count;
    private bool _get;

    /// <summary>Reads options.</summary>
    /// <exception cref="TrueNasException">They have no meaning.</exception>
    public static QueryOptions Read(JsonNode? options)
    {
        var read = new QueryOptions();
        if (options is null)
            return read;
        foreach (var (name, value) in options as JsonObject ?? throw Bad(Field, "A dict was expected"))
            read.Set(name, value);
        return read;
    }

    /// <summary>The answer: rows, a row or a number.</summary>
    /// <exception cref="TrueNasException">Rows cannot be put in the order, or there is no row to get.</exception>
    public JsonNode Apply(IEnumerable<JsonObject> rows)
    {
        var found = rows.ToList();
        if (_count)
            return found.Count;
        foreach (var name in Enumerable.Reverse(_orderBy))
            found = Order(found, name);
        if (_get)
            return found.Count > 0 ? Select(found[0]) : throw TrueNasException.Unexpected("MatchNotFound");
        return new JsonArray([.. found.Skip(_offset).Take(_limit == 0 ? int.MaxValue : _limit).Select(Select)]);
    }

    private void Set(string name, JsonNode? value)
    {
        switch (name)
        {
            case "select":
                _select.AddRange(List(name, value).Select(Selected));
                break;
            case "order_by":
                _orderBy.AddRange(List(name, value).Select(item => TextOf(name, item)));
                break;
            case "limit":
                _limit = Number(name, value);
                break;
            case "offset":
                _offset = Number(name, value);
                break;
            case "count":
                _count = Flag(name, value);
                break;
            case "get":
                _get = Flag(name, value);
                break;
            default:
                if (!Ignored.Contains(name))
                    throw Bad(name, "Field was not expected");
                break;
        }
    }

    /// <summary>A stable sort, values that are missing or null first or last as the name asks, else first.</summary>
    private static List<JsonObject> Order(List<JsonObject> rows, string name)
    {
        const string NullsFirst = "nulls_first:";
        const string NullsLast = "nulls_last:";
        var nullsLast = name.StartsWith(NullsLast, StringComparison.Ordinal);
        var rest = nullsLast ? name[NullsLast.Length..] : name.StartsWith(NullsFirst, StringComparison.Ordinal) ? name[NullsFirst.Length..] : name;
        var descending = rest.StartsWith('-');
        var path = descending ? rest[1..] : rest;
        var keyed = rows.Select(row => (Row: row, Key: QueryPath.Resolve(row, path).FirstOrDefault())).ToLookup(pair => pair.Key is null);
        var order = Comparer<JsonNode?>.Create((a, b) => QueryOperators.Compare("<", a, b));
        var first = keyed[false].FirstOrDefault().Key;
        // What has no order is found before the sort, which would wrap the exception.
        foreach (var (_, key) in keyed[false])
            QueryOperators.Compare("<", key, first);
        var sorted = (descending ? keyed[false].OrderByDescending(pair => pair.Key, order) : keyed[false].OrderBy(pair => pair.Key, order)).Select(pair => pair.Row);
        var nulls = keyed[true].Select(pair => pair.Row);
        return [.. nullsLast ? sorted.Concat(nulls) : nulls.Concat(sorted)];
    }

    private JsonNode Select(JsonObject row)
    {
        if (_select.Count == 0)
            return row;
        var selected = new JsonObject();
        foreach (var (path, newName) in _select)
        {
            if (QueryPath.Resolve(row, path).Take(1).ToArray() is [var value])
                Put(selected, newName, path, value?.DeepClone());
        }

        return selected;
    }

    /// <summary>A dotted name makes objects in objects, unless it is given another name.</summary>
    private static void Put(JsonObject into, string? newName, string path, JsonNode? value)
    {
        if (newName is not null)
        {
            into[newName] = value;
            return;
        }

        while (QueryPath.Split(path) is (var first, { } rest))
        {
            if (into[first] is not JsonObject inner)
                into[first] = inner = [];
            (into, path) = (inner, rest);
        }

        into[path] = value;
    }

    private static (string Path, string? NewName) Selected(JsonNode? item) => item is JsonArray { Count: 2 } pair
        ? (TextOf("select", pair[0]), TextOf("select", pair[1]))
        : (TextOf("select", item), null);

    private static JsonArray List(string name, JsonNode? value) => value is JsonArray { Count: <= MostNames } list ? list : throw Bad(name, "Not a list");

    private static string TextOf(string name, JsonNode? value) => QueryOperators.TryText(value, out var text) ? text : throw Bad(name, "Not a string");

    private static bool Flag(string name, JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Bad(name, "Not a boolean"),
    };

    private static int Number(string name, JsonNode? value)
    {
        if (value?.GetValueKind() != JsonValueKind.Number || !value.AsValue().TryGetValue<int>(out var number))
            throw Bad(name, "Not an integer");
        return number >= 0 && (name != "limit" || number <= LargestLimit) ? number : throw Bad(name, $"Should be between 0 and {LargestLimit}");
    }

    private static TrueNasException Bad(string name, string text) =>
        TrueNasException.BadArgument(name == Field ? Field : $"{Field}.{name}", text);
}
