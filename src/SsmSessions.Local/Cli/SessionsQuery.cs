using System.Text.Json.Nodes;

namespace SsmSessions.Local.Cli;

/// <summary>What stands behind <c>sessions</c>: columns, and a filter (spec/truenas-sessions.md §2).</summary>
/// <param name="Columns">The columns asked for, or null for all.</param>
/// <param name="Filters">The server's filters.</param>
internal sealed record SessionsQuery(IReadOnlyList<string>? Columns, JsonArray Filters)
{
    private const string ColumnsExpected = "Expected {column [, column]... | '*'}";
    private const string EndExpected = "Expected end of text";
    private const string Where = "WHERE";

    /// <summary>Reads nothing, or <c>*</c>, or names and commas; then perhaps <c>WHERE</c> and an expression.</summary>
    /// <exception cref="CliFailure">It does not fit.</exception>
    public static SessionsQuery Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return new SessionsQuery(Columns: null, []);
        var columns = ReadColumns(text, out var end);
        var rest = SkipBlanks(text, end);
        if (rest == text.Length)
            return new SessionsQuery(columns, []);
        if (!IsWhere(text, rest))
            throw CliFailure.Unparsed(EndExpected, text, rest);
        var expression = text[(rest + Where.Length)..].Trim();
        return new SessionsQuery(columns, expression.Length == 0 ? [] : new JsonArray(WhereFilter.Parse(expression)));
    }

    /// <summary>The columns that a text begins with; null for all.</summary>
    /// <exception cref="CliFailure">It begins with none.</exception>
    public static IReadOnlyList<string>? ReadColumns(string text, out int end)
    {
        var at = SkipBlanks(text, 0);
        end = at + 1;
        if (at < text.Length && text[at] == '*')
            return null;
        var columns = new List<string>();
        while (NameAt(text, at) is { Length: > 0 } name)
        {
            columns.Add(name);
            end = at + name.Length;
            var comma = SkipBlanks(text, end);
            if (comma == text.Length || text[comma] != ',')
                break;
            at = SkipBlanks(text, comma + 1);
        }

        return columns.Count > 0 ? columns : throw CliFailure.Unparsed(ColumnsExpected, text, at);
    }

    /// <summary>Rows with the columns asked for, in the server's order; what is unknown is left out.</summary>
    public JsonNode? Choose(JsonNode? rows)
    {
        if (Columns is null || rows is not JsonArray list)
            return rows;
        foreach (var row in list.OfType<JsonObject>())
        {
            foreach (var name in row.Select(member => member.Key).Where(name => !Columns.Contains(name)).ToArray())
                row.Remove(name);
        }

        return list;
    }

    /// <summary>The word in any case, with something behind it that is no part of a word.</summary>
    private static bool IsWhere(string text, int at) =>
        string.Compare(text, at, Where, 0, Where.Length, StringComparison.OrdinalIgnoreCase) == 0
        && at + Where.Length < text.Length
        && !(char.IsAsciiLetterOrDigit(text[at + Where.Length]) || text[at + Where.Length] is '_' or '$');

    private static string NameAt(string text, int at)
    {
        if (at >= text.Length || !char.IsAsciiLetter(text[at]))
            return "";
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '.'))
            end++;
        return text[at..end];
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }
}
