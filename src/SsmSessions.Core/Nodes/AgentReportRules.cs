using System.Text.RegularExpressions;

namespace SsmSessions.Core.Nodes;

/// <summary>What an agent's report may hold: what node lists can show (spec/ssm-control-plane.md §7.1).</summary>
internal static partial class AgentReportRules
{
    private const int LongestText = 255;
    private const int LongestAddress = 46;

    /// <summary>Refuses a report that no list could show.</summary>
    /// <exception cref="RefusedException">InvalidInstanceInformationValue.</exception>
    public static void Require(AgentReport report)
    {
        Require("AgentVersion", report.AgentVersion is null || AgentVersion().IsMatch(report.AgentVersion));
        Require("IPAddress", report.IPAddress is null || report.IPAddress.Length <= LongestAddress);
        RequireText("AgentName", report.AgentName);
        RequireText("AgentStatus", report.AgentStatus);
        RequireText("AvailabilityZone", report.AvailabilityZone);
        RequireText("AvailabilityZoneId", report.AvailabilityZoneId);
        RequireText("ComputerName", report.ComputerName);
        RequireText("PlatformName", report.PlatformName);
        RequireText("PlatformVersion", report.PlatformVersion);
        RequireText("SSMConnectionChannel", report.ConnectionChannel);
    }

    private static void RequireText(string member, string? value) => Require(member, value is null || value.Length <= LongestText);

    private static void Require(string member, bool isValid)
    {
        if (!isValid)
            throw new RefusedException(Refusal.InvalidInstanceInformationValue, $"The value of {member} is not valid.");
    }

    [GeneratedRegex(@"\A[0-9]{1,6}(?:\.[0-9]{1,6}){2,3}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex AgentVersion();
}
