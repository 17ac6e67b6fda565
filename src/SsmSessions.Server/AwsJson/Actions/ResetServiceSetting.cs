using FluentValidation;
using SsmSessions.Core.Settings;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class ResetServiceSetting
{
    public static SsmAction Action { get; } = SsmAction.Of<ResetServiceSettingHandler, ResetServiceSettingRequest, ServiceSettingResponse>(
        "ResetServiceSetting",
        members => new ResetServiceSettingRequest(members.String("SettingId")),
        () => new ResetServiceSettingValidator(),
        ServiceSettingJson.Default.ServiceSettingResponse);
}

internal sealed record ResetServiceSettingRequest(string? SettingId);

internal sealed class ResetServiceSettingValidator : AbstractValidator<ResetServiceSettingRequest>
{
    public ResetServiceSettingValidator() => RuleFor(r => r.SettingId).Required().Text(1, 1_000);
}

/// <summary>Makes a setting its default again, and shows it as it stands then.</summary>
internal sealed class ResetServiceSettingHandler(ServiceSettings settings) : IActionHandler<ResetServiceSettingRequest, ServiceSettingResponse>
{
    public async Task<ServiceSettingResponse> HandleAsync(
        ResetServiceSettingRequest request, ActionContext context, CancellationToken cancellationToken) =>
        new(ServiceSettingMember.Of(await settings.ResetAsync(context.Tenant, request.SettingId!, cancellationToken)));
}
