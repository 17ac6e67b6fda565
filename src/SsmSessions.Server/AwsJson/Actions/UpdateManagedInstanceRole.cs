using FluentValidation;
using SsmSessions.Core.Nodes;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class UpdateManagedInstanceRole
{
    public static SsmAction Action { get; } =
        SsmAction.Of<UpdateManagedInstanceRoleHandler, UpdateManagedInstanceRoleRequest, EmptyResponse>(
            "UpdateManagedInstanceRole",
            members => new UpdateManagedInstanceRoleRequest(members.String("InstanceId"), members.String("IamRole")),
            () => new UpdateManagedInstanceRoleValidator(),
            EmptyResponseJson.Default.EmptyResponse);
}

internal sealed record UpdateManagedInstanceRoleRequest(string? InstanceId, string? IamRole);

internal sealed class UpdateManagedInstanceRoleValidator : AbstractValidator<UpdateManagedInstanceRoleRequest>
{
    public UpdateManagedInstanceRoleValidator()
    {
        RuleFor(r => r.InstanceId).Required().Text(20, 124).Pattern(Patterns.ManagedInstanceId);
        RuleFor(r => r.IamRole).Required().Text(min: null, 64).Pattern(Patterns.IamRole);
    }
}

/// <summary>Gives a hybrid node another role; its agent gets that one's credentials from the next time on.</summary>
internal sealed class UpdateManagedInstanceRoleHandler(NodeAgents agents) : IActionHandler<UpdateManagedInstanceRoleRequest, EmptyResponse>
{
    public async Task<EmptyResponse> HandleAsync(
        UpdateManagedInstanceRoleRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        await agents.ChangeRoleAsync(context.Tenant, request.InstanceId!, request.IamRole!, cancellationToken);
        return EmptyResponse.Instance;
    }
}
