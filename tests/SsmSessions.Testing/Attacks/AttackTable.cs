using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SsmSessions.Testing.Attacks;

/// <summary>What was tried at one door, and what it got. Tries of one name are one row, with their number.</summary>
/// <remarks>The rows of all tests go to the file that SSMSESSIONS_TEST_ATTACK_TABLE names, as lines of a markdown table.</remarks>
/// <param name="door">The door.</param>
public sealed class AttackTable(string door)
{
    private const string FileVariable = "SSMSESSIONS_TEST_ATTACK_TABLE";
    private const int LongestShown = 120;
    private const int MostMismatches = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly List<string> _mismatches = [];
    private readonly Lock _lock = new();

    /// <summary>How many tries there were.</summary>
    public int Tries
    {
        get
        {
            lock (_lock)
                return _rows.Values.Sum(row => row.Got.Values.Sum());
        }
    }

    /// <summary>Remembers a try.</summary>
    /// <param name="attempt">What was tried.</param>
    /// <param name="got">What came back, or what was seen.</param>
    /// <param name="expected">What is right, any of these: to the letter, or a pattern where it begins with <c>^</c>.</param>
    public void Try(string attempt, string got, params string[] expected)
    {
        lock (_lock)
        {
            if (!_rows.TryGetValue(attempt, out var row))
                _rows.Add(attempt, row = new Row([], new Dictionary<string, int>(StringComparer.Ordinal)));
            foreach (var text in expected)
                row.Expected.Add(text);
            row.Got[Shown(got)] = row.Got.GetValueOrDefault(Shown(got)) + 1;
            if (expected.Any(text => IsMet(text, got)))
                return;
            row.Mismatches++;
            _mismatches.Add($"{attempt}\n  expected: {string.Join("\n        or: ", expected)}\n       got: {got}");
        }
    }

    /// <summary>Writes the rows down, and fails where something else came than expected.</summary>
    /// <param name="fewest">The fewest tries that there must have been: a test that tries nothing proves nothing.</param>
    public void Verify(int fewest = 1)
    {
        Write();
        Assert.True(
            _mismatches.Count == 0,
            $"{door}: {_mismatches.Count} of {Tries} tries got something else:\n{string.Join('\n', _mismatches.Take(MostMismatches))}");
        Assert.True(Tries >= fewest, $"{door}: only {Tries} tries");
    }

    private static bool IsMet(string expected, string got) =>
        expected.StartsWith('^') ? Regex.IsMatch(got, expected, RegexOptions.None, TimeSpan.FromSeconds(1)) : expected == got;

    private void Write()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { Length: > 0 } path)
            return;
        var text = new StringBuilder();
        foreach (var (attempt, row) in _rows)
        {
            var tries = row.Got.Values.Sum();
            var got = row.Got.OrderByDescending(g => g.Value).Select(g => row.Got.Count == 1 ? Cell(g.Key) : string.Create(CultureInfo.InvariantCulture, $"{g.Value} × {Cell(g.Key)}"));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {Cell(door)} | {Cell(attempt)} | {tries} | {string.Join("<br>", row.Expected.Select(e => Cell(Shown(e))))} | {string.Join("<br>", got)} | {(row.Mismatches == 0 ? "yes" : $"NO: {row.Mismatches}")} |\n");
        }

        // Other test processes write there, too.
        var late = TimeProvider.System.GetUtcNow() + Patience;
        while (!TryAppend(path, text.ToString()))
            Assert.True(TimeProvider.System.GetUtcNow() < late, $"{path} is held by another process");
    }

    private static bool TryAppend(string path, string text)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None);
            file.Write(Encoding.UTF8.GetBytes(text));
            return true;
        }
        catch (IOException) when (Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            Thread.Yield();
            return false;
        }
    }

    private static string Shown(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";

    private static string Cell(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .ReplaceLineEndings(" ");

    private sealed record Row(SortedSet<string> Expected, Dictionary<string, int> Got)
    {
        public int Mismatches { get; set; }
    }
}
