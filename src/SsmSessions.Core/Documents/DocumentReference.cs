using System.Globalization;
using System.Text.RegularExpressions;
using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Documents;

/// <summary>What a caller names a document by: its name, or its ARN, either with <c>:{version}</c> behind it.</summary>
/// <param name="Account">The account of an ARN, empty for a document that comes with the service; null for a bare name.</param>
/// <param name="Name">The document's name.</param>
/// <param name="Version">The version, or null.</param>
internal sealed partial record DocumentReference(string? Account, string Name, int? Version)
{
    /// <summary>Null for what can name no document that the viewer sees: an ARN of another partition, service or region.</summary>
    public static DocumentReference? Parse(Tenant viewer, string text)
    {
        var match = Form().Match(text);
        if (!match.Success)
            return null;
        int? version = null;
        if (match.Groups["version"] is { Success: true } number)
        {
            if (!int.TryParse(number.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
                return null;
            version = parsed;
        }

        if (!match.Groups["arn"].Success)
            return new DocumentReference(Account: null, match.Groups["name"].Value, version);
        return match.Groups["partition"].Value == viewer.Partition && match.Groups["region"].Value == viewer.Region
            ? new DocumentReference(match.Groups["account"].Value, match.Groups["name"].Value, version)
            : null;
    }

    [GeneratedRegex(
        @"\A(?<arn>arn:(?<partition>[a-z-]+):ssm:(?<region>[a-z0-9-]+):(?<account>(?:[0-9]{12})?):document/)?"
        + @"(?<name>[a-zA-Z0-9_\-.]+)(?::(?<version>[1-9][0-9]*))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Form();
}
