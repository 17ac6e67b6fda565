namespace SsmSessions.Local.Cli;

/// <summary>A command that fails. The message is what the user reads; it may have several lines.</summary>
internal sealed class CliFailure(string message) : Exception(message)
{
    /// <summary>A text that does not fit the grammar: what is wrong, the text after a blank, a caret under the place
    /// (spec/truenas-sessions.md §5).</summary>
    /// <param name="what">What was expected.</param>
    /// <param name="text">The text.</param>
    /// <param name="place">Where, from 0; at its end nothing is shown.</param>
    public static CliFailure Unparsed(string what, string text, int place)
    {
        if (text.Length == 0)
            return new CliFailure(what);
        if (place >= text.Length)
            return new CliFailure(what + ", found end of text");
        var found = text[place] == '\'' ? "\"'\"" : $"'{text[place]}'";
        var start = text.LastIndexOf('\n', place) + 1;
        var line = text[start..].Split('\n')[0].TrimEnd();
        return new CliFailure($"{what}, found {found}\n {line}\n{new string(' ', place - start + 1)}^");
    }
}
