using FluentValidation;
using SsmSessions.Core.Settings;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class UpdateServiceSetting
{
    public static SsmAction Action { get; } = SsmAction.Of<UpdateServiceSettingHandler, UpdateServiceSettingRequest, EmptyResponse>(
        "UpdateServiceSetting",
        members => new UpdateServiceSettingRequest(members.String("SettingId"), members.String("SettingValue")),
        () => new UpdateServiceSettingValidator(),
        EmptyResponseJson.Default.EmptyResponse);
}

internal sealed record UpdateServiceSettingRequest(string? SettingId, string? SettingValue);

internal sealed class UpdateServiceSettingValidator : AbstractValidator<UpdateServiceSettingRequest>
{
    public UpdateServiceSettingValidator()
    {
        RuleFor(r => r.SettingId).Required().Text(1, 1_000);
        RuleFor(r => r.SettingValue).Required().Text(1, 4_096);
    }
}

/// <summary>Changes a setting of the caller's account and region.</summary>
internal sealed class UpdateServiceSettingHandler(ServiceSettings settings) : IActionHandler<UpdateServiceSettingRequest, EmptyResponse>
{
    public async Task<EmptyResponse> HandleAsync(
        UpdateServiceSettingRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        await settings.UpdateAsync(context.Caller, request.SettingId!, request.SettingValue!, cancellationToken);
        return EmptyResponse.Instance;
    }
}
