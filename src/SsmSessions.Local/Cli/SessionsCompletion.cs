using System.Text.RegularExpressions;

namespace SsmSessions.Local.Cli;

/// <summary>What can stand behind <c>sessions</c>: the columns, then <c>WHERE</c>, then columns again.</summary>
internal static partial class SessionsCompletion
{
    /// <summary>Behind more than anybody types nothing is offered: the patterns below would take their time.</summary>
    private const int Longest = 500;

    private static readonly string[] Columns = ["id", "current", "internal", "origin", "credentials", "credentials_data", "created_at"];

    public static IEnumerable<Completion> Of(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Starting("", []);
        if (text.Length > Longest)
            return [];
        IReadOnlyList<string>? columns;
        int end;
        try
        {
            columns = SessionsQuery.ReadColumns(text, out end);
        }
        catch (CliFailure)
        {
            return [];
        }

        if (WhereBehind().Match(text, end) is { Success: true } where)
            return Operand().Match(where.Groups["expression"].Value) is { Success: true } operand ? Starting(operand.Groups["prefix"].Value, []) : [];
        var endsInBlank = char.IsWhiteSpace(text[^1]);
        if (columns is not null && text.TrimEnd().EndsWith(','))
            return Starting("", columns);
        if (columns is null || endsInBlank)
            return text[end..].Trim().Length > 0 ? [] : [new Completion(endsInBlank ? "WHERE" : " WHERE", 0)];
        return end == text.Length ? Starting(columns[^1], columns) : [];
    }

    private static IEnumerable<Completion> Starting(string prefix, IReadOnlyList<string> except) =>
        Columns.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !except.Contains(name)).Select(name => new Completion(name, prefix.Length));

    [GeneratedRegex(@"\G\s*WHERE(?<expression>[^\w$].*)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex WhereBehind();

    [GeneratedRegex(@"^(.+\sand\s+|.+\sor\s+|.*\(|)\s*(?<prefix>[a-z][a-z0-9_]*|)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Operand();
}
