using System.Text;
using System.Text.RegularExpressions;

namespace SsmSessions.Core.Documents;

/// <summary>
/// The allowedPattern of a parameter. It comes from the author of a document and meets the values of any caller, so it is
/// matched without backtracking where it can be, always within a time limit, and is itself bounded.
/// </summary>
public sealed class ParameterPattern
{
    private const int MaxLength = 2_048;

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);

    private readonly Regex _regex;

    private ParameterPattern(string text, Regex regex)
    {
        Text = text;
        _regex = regex;
    }

    /// <summary>The pattern as its author wrote it.</summary>
    public string Text { get; }

    /// <summary>True when the whole value matches. A match that takes too long is none.</summary>
    public bool IsMatch(string value)
    {
        try
        {
            return _regex.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <exception cref="RefusedException">InvalidDocumentContent: not a pattern, or too long.</exception>
    internal static ParameterPattern Parse(string parameter, string text)
    {
        if (text.Length > MaxLength)
            throw Invalid(parameter);
        try
        {
            var pattern = FromJava(text);
            // By itself first: inside the group, brackets that close it and open another would pass.
            _ = new Regex(pattern, RegexOptions.CultureInvariant, Timeout);
            return new ParameterPattern(text, Compile($@"\A(?:{pattern})\z"));
        }
        catch (ArgumentException)
        {
            throw Invalid(parameter);
        }
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Timeout);
        }
        catch (NotSupportedException)
        {
            // Lookarounds, back references and the like cannot do without backtracking; the time limit bounds them.
            return new Regex(pattern, RegexOptions.CultureInvariant, Timeout);
        }
    }

    /// <summary>The original engine is Java's, whose classes are ASCII and whose dot stops at every kind of line end.</summary>
    private static string FromJava(string pattern)
    {
        var translated = new StringBuilder(pattern.Length);
        var classStart = -1;
        for (var i = 0; i < pattern.Length; i++)
        {
            var character = pattern[i];
            if (character == '\\' && i + 1 < pattern.Length)
            {
                translated.Append(Escape(pattern[++i], classStart >= 0));
                continue;
            }

            translated.Append(character == '.' && classStart < 0 ? @"[^\n\r\u0085\u2028\u2029]" : character.ToString());
            if (classStart < 0 && character == '[')
                classStart = i;
            else if (character == ']' && classStart >= 0 && !IsFirstOfClass(pattern, classStart, i))
                classStart = -1;
        }

        return translated.ToString();
    }

    /// <summary>A bracket that closes nothing yet is a member of the class.</summary>
    private static bool IsFirstOfClass(string pattern, int start, int position) =>
        position == start + 1 || (position == start + 2 && pattern[start + 1] == '^');

    private static string Escape(char escaped, bool inClass) => (escaped, inClass) switch
    {
        ('d', false) => "[0-9]",
        ('d', true) => "0-9",
        ('w', false) => "[a-zA-Z0-9_]",
        ('w', true) => "a-zA-Z0-9_",
        ('s', false) => @"[ \t\n\v\f\r]",
        ('s', true) => @" \t\n\v\f\r",
        ('D', false) => "[^0-9]",
        ('W', false) => "[^a-zA-Z0-9_]",
        _ => $@"\{escaped}",
    };

    private static RefusedException Invalid(string parameter) =>
        DocumentRefusals.InvalidContent($"The allowedPattern of parameter \"{parameter}\" is not a valid regular expression.");
}
