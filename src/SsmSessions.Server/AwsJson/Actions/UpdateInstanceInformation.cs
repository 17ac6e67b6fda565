using FluentValidation;
using SsmSessions.Core.Nodes;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class UpdateInstanceInformation
{
    public static SsmAction Action { get; } =
        SsmAction.Of<UpdateInstanceInformationHandler, UpdateInstanceInformationRequest, EmptyResponse>(
            "UpdateInstanceInformation",
            members => new UpdateInstanceInformationRequest(
                members.String("InstanceId"),
                members.String("AgentName"),
                members.String("AgentStatus"),
                members.String("AgentVersion"),
                members.String("AvailabilityZone"),
                members.String("AvailabilityZoneId"),
                members.String("ComputerName"),
                members.String("IPAddress"),
                members.String("PlatformName"),
                members.String("PlatformType"),
                members.String("PlatformVersion"),
                members.String("SSMConnectionChannel")),
            () => new UpdateInstanceInformationValidator(),
            EmptyResponseJson.Default.EmptyResponse);
}

internal sealed record UpdateInstanceInformationRequest(
    string? InstanceId,
    string? AgentName,
    string? AgentStatus,
    string? AgentVersion,
    string? AvailabilityZone,
    string? AvailabilityZoneId,
    string? ComputerName,
    string? IPAddress,
    string? PlatformName,
    string? PlatformType,
    string? PlatformVersion,
    string? SSMConnectionChannel);

internal sealed class UpdateInstanceInformationValidator : AbstractValidator<UpdateInstanceInformationRequest>
{
    public UpdateInstanceInformationValidator()
    {
        RuleFor(r => r.InstanceId).Required().Text(10, max: null);
        RuleFor(r => r.AgentName).Text(1, max: null);
        RuleFor(r => r.AgentStatus).Text(1, max: null);
        RuleFor(r => r.AgentVersion).Text(5, max: null);
        RuleFor(r => r.ComputerName).Text(1, max: null);
        RuleFor(r => r.IPAddress).Text(1, max: null);
        RuleFor(r => r.PlatformType).OneOf(NodeEnums.PlatformType);
    }
}

/// <summary>An agent's ping (spec/ssm-control-plane.md §9.2): what it does not say stays as it was.</summary>
internal sealed class UpdateInstanceInformationHandler(NodeAgents agents) : IActionHandler<UpdateInstanceInformationRequest, EmptyResponse>
{
    public async Task<EmptyResponse> HandleAsync(
        UpdateInstanceInformationRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var report = new AgentReport
        {
            AgentName = request.AgentName,
            AgentStatus = request.AgentStatus,
            AgentVersion = request.AgentVersion,
            AvailabilityZone = request.AvailabilityZone,
            AvailabilityZoneId = request.AvailabilityZoneId,
            ComputerName = request.ComputerName,
            IPAddress = request.IPAddress,
            PlatformName = request.PlatformName,
            PlatformType = request.PlatformType,
            PlatformVersion = request.PlatformVersion,
            ConnectionChannel = request.SSMConnectionChannel,
        };
        await agents.ReportAsync(context.Caller, request.InstanceId!, report, cancellationToken);
        return EmptyResponse.Instance;
    }
}
