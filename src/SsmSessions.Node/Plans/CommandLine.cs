using System.Text;

namespace SsmSessions.Node.Plans;

/// <summary>Splits a command line into words as a shell would, but for everything that a shell replaces.</summary>
internal static class CommandLine
{
    /// <summary>The words. Blanks separate; single quotes keep everything; double quotes keep all but a backslash before
    /// <c>" \ $ `</c>; a backslash outside of quotes keeps the next character; <c>#</c> at the start of a word begins a comment.</summary>
    /// <exception cref="SessionFailedException">A quote is not closed, or nothing follows a backslash.</exception>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        for (var at = 0; at < line.Length;)
        {
            if (char.IsWhiteSpace(line[at]))
                at++;
            else if (line[at] == '#')
                at = EndOfLine(line, at);
            else
                words.Add(Word(line, ref at));
        }

        return words;
    }

    private static string Word(string line, ref int at)
    {
        var word = new StringBuilder();
        while (at < line.Length && !char.IsWhiteSpace(line[at]))
        {
            var c = line[at++];
            if (c == '\'')
                SingleQuoted(line, ref at, word);
            else if (c == '"')
                DoubleQuoted(line, ref at, word);
            else if (c == '\\')
                Escaped(line, ref at, word);
            else
                word.Append(c);
        }

        return word.ToString();
    }

    private static void SingleQuoted(string line, ref int at, StringBuilder word)
    {
        var end = line.IndexOf('\'', at);
        if (end < 0)
            throw Unclosed();
        word.Append(line, at, end - at);
        at = end + 1;
    }

    private static void DoubleQuoted(string line, ref int at, StringBuilder word)
    {
        for (; at < line.Length; at++)
        {
            var c = line[at];
            if (c == '"')
            {
                at++;
                return;
            }

            if (c == '\\' && at + 1 < line.Length && line[at + 1] is '"' or '\\' or '$' or '`' or '\n')
            {
                at++;
                if (line[at] != '\n')
                    word.Append(line[at]);
            }
            else
            {
                word.Append(c);
            }
        }

        throw Unclosed();
    }

    private static void Escaped(string line, ref int at, StringBuilder word)
    {
        if (at == line.Length)
            throw new SessionFailedException("Failed to parse commands input: EOF found after escape character");
        if (line[at] != '\n')
            word.Append(line[at]);
        at++;
    }

    private static int EndOfLine(string line, int at) => line.IndexOf('\n', at) is >= 0 and var end ? end : line.Length;

    private static SessionFailedException Unclosed() =>
        new("Failed to parse commands input: EOF found when expecting closing quote");
}
