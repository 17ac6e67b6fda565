using SsmSessions.Core.Nodes;

namespace SsmSessions.Server.AwsJson;

/// <summary>
/// A node as DescribeInstanceInformation and DescribeInstanceProperties show it (spec/ssm-control-plane.md §7). What only EC2 and
/// State Manager know of a node is left out.
/// </summary>
internal sealed record NodeMember(
    string? ActivationId,
    string? AgentVersion,
    string? ComputerName,
    string? IPAddress,
    string? IamRole,
    string InstanceId,
    bool? IsLatestVersion,
    AwsTimestamp? LastPingDateTime,
    string? Name,
    string PingStatus,
    string? PlatformName,
    string? PlatformType,
    string? PlatformVersion,
    AwsTimestamp? RegistrationDate,
    string ResourceType,
    string SourceId,
    string SourceType)
{
    public static NodeMember Of(ListedNode listed)
    {
        var node = listed.Node;
        return new NodeMember(
            node.Registration.ActivationId,
            node.Report.AgentVersion,
            node.Report.ComputerName,
            node.Report.IPAddress,
            node.Registration.IamRole,
            node.Id,
            listed.IsLatestVersion,
            node.LastPing is { } ping ? (AwsTimestamp)ping : null,
            node.Registration.Name,
            listed.PingStatus.ToString(),
            node.Report.PlatformName,
            node.Report.PlatformType,
            node.Report.PlatformVersion,
            node.IsHybrid && node.Registration.Date is { } date ? (AwsTimestamp)date : null,
            listed.ResourceType,
            listed.SourceId,
            listed.SourceType);
    }
}
