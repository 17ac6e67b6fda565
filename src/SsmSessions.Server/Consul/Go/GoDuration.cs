using System.Buffers;
using System.Globalization;
using System.Text;

namespace SsmSessions.Server.Consul.Go;

/// <summary>Durations as Go's <c>time</c> package reads and writes them: <c>1h30m</c>, <c>1.5s</c>, <c>250ms</c> (spec/consul-sessions.md §2.6).
/// Nanoseconds in 64 bits with a sign.</summary>
internal static class GoDuration
{
    public const long Second = 1_000_000_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    private static readonly SearchValues<char> NumberBegins = SearchValues.Create(".0123456789");

    /// <summary>Nanoseconds of a text; 0 and Go's words when it is no duration.</summary>
    public static (long Nanoseconds, string? Failure) Parse(string text)
    {
        var rest = text.AsSpan();
        var negative = rest is ['-', ..];
        if (rest is ['-' or '+', ..])
            rest = rest[1..];
        if (rest is "0")
            return (0, null);
        if (rest.IsEmpty)
            return Invalid(text);

        long sum = 0;
        while (!rest.IsEmpty)
        {
            if (TakeNumber(ref rest) is not { } number)
                return Invalid(text);
            var unitLength = rest.IndexOfAny(NumberBegins) is >= 0 and var end ? end : rest.Length;
            if (unitLength == 0)
                return (0, $"time: missing unit in duration {Quote(text)}");
            var unit = UnitOf(rest[..unitLength]);
            if (unit == 0)
                return (0, $"time: unknown unit {Quote(rest[..unitLength].ToString())} in duration {Quote(text)}");
            rest = rest[unitLength..];
            if (number.Whole > long.MaxValue / unit)
                return Invalid(text);
            var value = unchecked((number.Whole * unit) + (long)(number.Fraction * (unit / number.Scale)));
            sum = unchecked(sum + value);
            if (value < 0 || sum < 0)
                return Invalid(text);
        }

        return (negative ? -sum : sum, null);
    }

    /// <summary>Nanoseconds as Go prints them: <c>1h30m0s</c>, <c>10s</c>, <c>1.5ms</c>.</summary>
    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0)
            return "0s";
        var sign = nanoseconds < 0 ? "-" : "";
        var size = nanoseconds < 0 ? unchecked((ulong)-nanoseconds) : (ulong)nanoseconds;
        if (size < Second)
        {
            var (unit, name) = size < 1_000 ? (1ul, "ns") : size < 1_000_000 ? (1_000ul, "µs") : (1_000_000ul, "ms");
            return sign + Decimal(size, unit) + name;
        }

        var text = new StringBuilder(sign);
        var (minutes, rest) = Math.DivRem(size, Minute);
        if (minutes >= 60)
            text.Append(CultureInfo.InvariantCulture, $"{minutes / 60}h");
        if (minutes > 0)
            text.Append(CultureInfo.InvariantCulture, $"{minutes % 60}m");
        return text.Append(Decimal(rest, Second)).Append('s').ToString();
    }

    /// <summary>A span of time as Go prints it.</summary>
    public static string Format(TimeSpan time) => Format(time.Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>Nanoseconds as a span of time, cut to what one holds and to its ticks.</summary>
    public static TimeSpan ToTimeSpan(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);

    private static (long, string?) Invalid(string text) => (0, "time: invalid duration " + Quote(text));

    /// <summary>Digits with at most one point between, at least one digit; null when there are none, or the whole is too large.</summary>
    private static (long Whole, double Fraction, double Scale)? TakeNumber(ref ReadOnlySpan<char> text)
    {
        var digits = CountDigits(text);
        long whole = 0;
        if (digits > 0 && !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out whole))
            return null;
        text = text[digits..];
        if (text is not ['.', ..])
            return digits > 0 ? (whole, 0, 1) : null;

        text = text[1..];
        var decimals = CountDigits(text);
        var (fraction, scale) = Fraction(text[..decimals]);
        text = text[decimals..];
        return digits + decimals > 0 ? (whole, fraction, scale) : null;
    }

    /// <summary>As many digits as 64 bits hold; those behind do not count.</summary>
    private static (double Value, double Scale) Fraction(ReadOnlySpan<char> digits)
    {
        long value = 0;
        double scale = 1;
        foreach (var digit in digits)
        {
            if (value > long.MaxValue / 10)
                break;
            var next = unchecked((value * 10) + (digit - '0'));
            if (next < 0)
                break;
            value = next;
            scale *= 10;
        }

        return (value, scale);
    }

    private static int CountDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : text.Length;

    private static long UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "\u00B5s" or "\u03BCs" => 1_000,
        "ms" => 1_000_000,
        "s" => Second,
        "m" => Minute,
        "h" => Hour,
        _ => 0,
    };

    /// <summary>A number over its unit without trailing zeros.</summary>
    private static string Decimal(ulong value, ulong unit)
    {
        var (whole, fraction) = Math.DivRem(value, unit);
        if (fraction == 0)
            return whole.ToString(CultureInfo.InvariantCulture);
        var digits = (fraction + unit).ToString(CultureInfo.InvariantCulture)[1..].TrimEnd('0');
        return string.Create(CultureInfo.InvariantCulture, $"{whole}.{digits}");
    }

    /// <summary>The time package has a way of its own: what is not printable ASCII is shown byte by byte.</summary>
    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is < (byte)' ' or >= 0x80)
                quoted.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
            else if (value is (byte)'"' or (byte)'\\')
                quoted.Append('\\').Append((char)value);
            else
                quoted.Append((char)value);
        }

        return quoted.Append('"').ToString();
    }
}
