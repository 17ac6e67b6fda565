using System.Globalization;

namespace SsmSessions.Benchmarks.Growth.Plots;

/// <summary>One number of a growth run: what something took at a size.</summary>
/// <param name="Panel">The panel of its plot; with the statistic, as in <c>one session, median</c>.</param>
/// <param name="Line">What was measured.</param>
/// <param name="Size">How large the thing was that grows.</param>
/// <param name="Value">In the unit of the panel.</param>
internal sealed record Reading(string Panel, string Line, double Size, double Value);

/// <summary>The readings of a plot as a file beside it: CSV with a header, numbers written the same everywhere.</summary>
internal static class Readings
{
    private const string Header = "panel,unit,line,size,value";
    private const int Columns = 5;

    /// <summary>Writes them, with the unit of each panel.</summary>
    public static async Task WriteAsync(string path, Plot plot, IEnumerable<Reading> readings)
    {
        var lines = readings.Select(reading => string.Join(
            ',',
            Quote(reading.Panel),
            Quote(plot.Panels.First(panel => panel.Title == reading.Panel).Unit),
            Quote(reading.Line),
            reading.Size.ToString(CultureInfo.InvariantCulture),
            reading.Value.ToString("G5", CultureInfo.InvariantCulture)));
        await File.WriteAllTextAsync(path, string.Join('\n', lines.Prepend(Header)) + '\n');
    }

    /// <summary>Reads what <see cref="WriteAsync"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is another one.</exception>
    public static async Task<IReadOnlyList<Reading>> ReadAsync(string path)
    {
        var lines = await File.ReadAllLinesAsync(path);
        if (lines is not [Header, ..])
            throw new InvalidDataException($"{path} does not begin with {Header}");
        return [.. lines.Skip(1).Select(line => Parse(line, path))];
    }

    private static Reading Parse(string line, string path)
    {
        var cells = Split(line);
        return cells.Count == Columns
            ? new Reading(cells[0], cells[2], double.Parse(cells[3], CultureInfo.InvariantCulture), double.Parse(cells[4], CultureInfo.InvariantCulture))
            : throw new InvalidDataException($"{path}: {line}");
    }

    private static string Quote(string cell) => cell.AsSpan().IndexOfAny(',', '"') < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";

    private static List<string> Split(string line)
    {
        var cells = new List<string>();
        for (var at = 0; at <= line.Length;)
        {
            var isQuoted = at < line.Length && line[at] == '"';
            var end = isQuoted ? EndOfQuoted(line, at) : at;
            while (end < line.Length && line[end] != ',')
                end++;
            var cell = line[at..end];
            cells.Add(isQuoted ? cell[1..^1].Replace("\"\"", "\"") : cell);
            at = end + 1;
        }

        return cells;
    }

    /// <summary>Behind the quote that ends the cell that begins here: a doubled one stands for itself.</summary>
    private static int EndOfQuoted(string line, int begin)
    {
        var at = begin + 1;
        while (at < line.Length && (line[at] != '"' || (at + 1 < line.Length && line[at + 1] == '"')))
            at += line[at] == '"' ? 2 : 1;
        return Math.Min(at + 1, line.Length);
    }
}
