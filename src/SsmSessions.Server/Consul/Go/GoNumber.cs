using System.Globalization;

namespace SsmSessions.Server.Consul.Go;

/// <summary>Unsigned numbers as Go's <c>strconv.ParseUint</c> reads them: digits and nothing else.</summary>
internal static class GoNumber
{
    public static bool TryParse(string text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && text.All(char.IsAsciiDigit);

    /// <exception cref="ConsulException">It is none; status 500 with Go's words (spec/consul-sessions.md §7.3).</exception>
    public static ulong Parse(string text)
    {
        if (TryParse(text, out var value))
            return value;
        var why = text.Length > 0 && text.All(char.IsAsciiDigit) ? "value out of range" : "invalid syntax";
        throw new ConsulException(500, $"strconv.ParseUint: parsing {GoText.Quote(text)}: {why}");
    }
}
