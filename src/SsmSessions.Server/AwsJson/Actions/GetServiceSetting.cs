using FluentValidation;
using SsmSessions.Core.Settings;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class GetServiceSetting
{
    public static SsmAction Action { get; } = SsmAction.Of<GetServiceSettingHandler, GetServiceSettingRequest, ServiceSettingResponse>(
        "GetServiceSetting",
        members => new GetServiceSettingRequest(members.String("SettingId")),
        () => new GetServiceSettingValidator(),
        ServiceSettingJson.Default.ServiceSettingResponse);
}

internal sealed record GetServiceSettingRequest(string? SettingId);

internal sealed class GetServiceSettingValidator : AbstractValidator<GetServiceSettingRequest>
{
    public GetServiceSettingValidator() => RuleFor(r => r.SettingId).Required().Text(1, 1_000);
}

/// <summary>A setting of the caller's account and region.</summary>
internal sealed class GetServiceSettingHandler(ServiceSettings settings) : IActionHandler<GetServiceSettingRequest, ServiceSettingResponse>
{
    public async Task<ServiceSettingResponse> HandleAsync(
        GetServiceSettingRequest request, ActionContext context, CancellationToken cancellationToken) =>
        new(ServiceSettingMember.Of(await settings.GetAsync(context.Tenant, request.SettingId!, cancellationToken)));
}
