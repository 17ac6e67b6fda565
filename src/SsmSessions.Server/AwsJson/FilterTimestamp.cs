using System.Globalization;
using SsmSessions.Core;

namespace SsmSessions.Server.AwsJson;

/// <summary>Dates in filters: ISO 8601, documented as <c>2024-08-29T00:00:00Z</c>; an offset or a fraction is accepted too.</summary>
internal static class FilterTimestamp
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd",
    ];

    /// <exception cref="RefusedException">Validation: not a date.</exception>
    public static DateTimeOffset Parse(string key, string value) =>
        DateTimeOffset.TryParseExact(
            value, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date
            : throw new RefusedException(
                Refusal.Validation, $"The value of the filter {key} is not a valid timestamp. Use ISO 8601 format, for example 2024-08-29T00:00:00Z.");
}
