using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SsmSessions.Server.TrueNas;

/// <summary>Regular expressions of a query, which may take a second together: they come from outside.</summary>
internal sealed class RegexBudget(TimeProvider clock)
{
    private const int LongestPattern = 1_024;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(1);

    private TimeSpan _spent;

    /// <summary>A condition that holds for texts that begin with what the pattern matches. Null counts as an empty text.</summary>
    /// <exception cref="TrueNasException">The operand is no regular expression.</exception>
    public Func<JsonNode?, bool> Matcher(JsonNode? operand)
    {
        if (!QueryOperators.TryText(operand, out var pattern) || pattern.Length > LongestPattern)
            throw TrueNasException.Unexpected("TypeError", "first argument must be string or compiled pattern");
        Regex regex;
        try
        {
            regex = new Regex($@"\A(?:{pattern})", RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException malformed)
        {
            throw TrueNasException.Unexpected("error", malformed.Message);
        }

        return value => IsMatch(regex, value);
    }

    private bool IsMatch(Regex regex, JsonNode? value)
    {
        var text = "";
        if (value is not null && !QueryOperators.TryText(value, out text))
            throw TrueNasException.Unexpected("TypeError", "expected string or bytes-like object, got '" + QueryOperators.TypeOf(value) + "'");
        if (_spent > Most)
            throw TooSlow();
        var start = clock.GetTimestamp();
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw TooSlow();
        }
        finally
        {
            _spent += clock.GetElapsedTime(start);
        }
    }

    private static TrueNasException TooSlow() => TrueNasException.Call(ErrorNumber.Fault, "The regular expression takes too long");
}
