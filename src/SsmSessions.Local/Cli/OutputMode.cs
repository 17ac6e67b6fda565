using System.Text;
using System.Text.Json.Nodes;

namespace SsmSessions.Local.Cli;

/// <summary>How answers are printed: <c>table</c> or <c>csv</c> (spec/truenas-sessions.md §2, §3). The line feed at the end is not part of it.</summary>
internal abstract class OutputMode
{
    private static readonly OutputMode[] All = [new CsvMode(), new TableMode()];

    /// <summary>The default one.</summary>
    public static OutputMode Table => All[1];

    /// <summary>What it is called.</summary>
    public abstract string Name { get; }

    /// <summary>The mode of a name.</summary>
    /// <exception cref="CliFailure">There is none.</exception>
    public static OutputMode Named(string name) =>
        All.FirstOrDefault(mode => mode.Name == name) ?? throw new CliFailure($"Mode should be one of: {string.Join(", ", All.Select(mode => mode.Name))}");

    /// <summary>The text of an answer.</summary>
    public string Format(JsonNode? value) => value switch
    {
        JsonArray { Count: 0 } => NoRows,
        JsonArray rows when rows[0] is not JsonObject => string.Join('\n', rows.Select(Text)),
        JsonArray rows => FormatRows([.. rows.OfType<JsonObject>()]),
        JsonObject { Count: 0 } => NoMembers,
        // A date is a value of its own.
        JsonObject row when !row.ContainsKey("$date") => FormatOne(row),
        _ => Text(value),
    };

    protected abstract string NoRows { get; }

    protected abstract string NoMembers { get; }

    protected abstract string NoColumns(int rows);

    protected abstract string Text(JsonNode? value);

    protected abstract string FormatTable(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows);

    protected virtual string FormatOne(JsonObject row) => FormatRows([row]);

    private string FormatRows(IReadOnlyList<JsonObject> rows)
    {
        var header = HeaderOf(rows);
        return header.Count == 0
            ? NoColumns(rows.Count)
            : FormatTable(header, rows.Select(row => (IReadOnlyList<string>)
                [.. header.Select(name => row.TryGetPropertyValue(name, out var value) ? Text(value) : ValueText.Undefined)]));
    }

    /// <summary>Every member of any row, each behind the one that it follows where it is first seen.</summary>
    private static List<string> HeaderOf(IReadOnlyList<JsonObject> rows)
    {
        var header = new List<string>();
        foreach (var row in rows)
        {
            var place = 0;
            foreach (var (name, _) in row)
            {
                var known = header.IndexOf(name);
                if (known < 0)
                    header.Insert(place == 0 ? header.Count : place, name);
                place = (known < 0 ? header.IndexOf(name) : known) + 1;
            }
        }

        return header;
    }
}

/// <summary>Borders of <c>+</c>, <c>-</c> and bars, cells to the left, as wide as the longest text.</summary>
internal sealed class TableMode : OutputMode
{
    public override string Name => "table";

    protected override string NoRows => "(empty list)";

    protected override string NoMembers => "(empty object)";

    protected override string NoColumns(int rows) => $"(none of the specified fields found among {rows} object(s))";

    protected override string Text(JsonNode? value) => ValueText.ForTable(value);

    protected override string FormatTable(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var cells = rows.Select(row => row.Select(cell => cell.Split('\n')).ToArray()).ToArray();
        int[] widths = [.. header.Select((name, i) => cells.SelectMany(row => row[i]).Append(name).Max(line => line.Length))];
        var rule = RuleOf(widths);
        var text = new StringBuilder().Append(rule).Append('\n');
        AppendRow(text, [.. header.Select(name => (string[])[name])], widths);
        text.Append(rule).Append('\n');
        foreach (var row in cells)
            AppendRow(text, row, widths);
        return text.Append(rule).ToString();
    }

    /// <summary>Names to the right, values to the left, no header.</summary>
    protected override string FormatOne(JsonObject row)
    {
        var cells = row.Select(member => (Name: member.Key, Value: Text(member.Value).Split('\n'))).ToArray();
        int[] widths = [cells.Max(cell => cell.Name.Length), cells.Max(cell => cell.Value.Max(line => line.Length))];
        var rule = RuleOf(widths);
        var text = new StringBuilder().Append(rule).Append('\n');
        foreach (var (name, value) in cells)
            AppendRow(text, [[name.PadLeft(widths[0])], value], widths);
        return text.Append(rule).ToString();
    }

    private static string RuleOf(int[] widths) => $"+{string.Join('+', widths.Select(width => new string('-', width + 2)))}+";

    private static void AppendRow(StringBuilder text, string[][] cells, int[] widths)
    {
        for (var line = 0; line < cells.Max(cell => cell.Length); line++)
        {
            text.Append('|');
            for (var i = 0; i < cells.Length; i++)
                text.Append(' ').Append((line < cells[i].Length ? cells[i][line] : "").PadRight(widths[i])).Append(" |");
            text.Append('\n');
        }
    }
}

/// <summary>Lines that end with CR LF, quotes where they are needed.</summary>
internal sealed class CsvMode : OutputMode
{
    public override string Name => "csv";

    protected override string NoRows => "";

    protected override string NoMembers => "";

    protected override string NoColumns(int rows) => $"None of the specified fields found among {rows} object(s)";

    protected override string Text(JsonNode? value) => ValueText.ForCsv(value);

    protected override string FormatTable(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows) =>
        string.Concat(rows.Prepend(header).Select(row => Line(row) + "\r\n"));

    /// <summary>A line of a single empty text would be no line.</summary>
    private static string Line(IReadOnlyList<string> cells) => cells is [""] ? "\"\"" : string.Join(',', cells.Select(Quoted));

    private static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
