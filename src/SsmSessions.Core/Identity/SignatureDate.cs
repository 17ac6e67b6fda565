using System.Globalization;

namespace SsmSessions.Core.Identity;

/// <summary>The date of a signature, to the second.</summary>
/// <param name="Time">UTC.</param>
internal readonly record struct SignatureDate(DateTimeOffset Time)
{
    private const string BasicFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <summary>The forms of a Date header: HTTP's own, and mail's with a numeric zone, which botocore sends.</summary>
    private static readonly string[] HeaderFormats = [BasicFormat, "r", "ddd, dd MMM yyyy HH:mm:ss zzz"];

    /// <summary>The clock skew that is borne, each way (spec/ssm-control-plane.md §1.8).</summary>
    public static TimeSpan Skew { get; } = TimeSpan.FromMinutes(5);

    /// <summary><c>20261121T220326Z</c>, as it stands in the string to sign.</summary>
    public string Basic => Format(Time);

    /// <summary><c>20261121</c>.</summary>
    public string Day => Time.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>Reads the date of X-Amz-Date, or of the Date header, which may also have the form of HTTP.</summary>
    public static bool TryParse(string text, bool isDateHeader, out SignatureDate date)
    {
        var read = isDateHeader
            ? DateTimeOffset.TryParseExact(text, HeaderFormats, CultureInfo.InvariantCulture, Utc, out var time)
            : DateTimeOffset.TryParseExact(text, BasicFormat, CultureInfo.InvariantCulture, Utc, out time);
        date = new SignatureDate(time);
        return read;
    }

    /// <summary>Refuses a date that is too old or in the future. The server's time counts with its fraction of a second.</summary>
    /// <param name="now">The server's time.</param>
    /// <param name="lifetime">How long the signature is good: <see cref="Skew"/>, or a presigned request's own X-Amz-Expires.</param>
    public void RequireCurrent(DateTimeOffset now, TimeSpan lifetime)
    {
        if (Time < now - lifetime)
            throw AuthenticationErrors.TooOld(Basic, limit: Format(now - lifetime), now: Format(now), Words(lifetime));
        if (Time > now + Skew)
            throw AuthenticationErrors.InTheFuture(Basic, limit: Format(now + Skew), now: Format(now), Words(Skew));
    }

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(BasicFormat, CultureInfo.InvariantCulture);

    private static string Words(TimeSpan span) => span.Seconds == 0 ? $"{span.TotalMinutes:0} min." : $"{span.TotalSeconds:0} sec.";
}
