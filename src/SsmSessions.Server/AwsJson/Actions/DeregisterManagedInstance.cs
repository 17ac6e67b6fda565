using FluentValidation;
using SsmSessions.Core.Nodes;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class DeregisterManagedInstance
{
    public static SsmAction Action { get; } =
        SsmAction.Of<DeregisterManagedInstanceHandler, DeregisterManagedInstanceRequest, EmptyResponse>(
            "DeregisterManagedInstance",
            members => new DeregisterManagedInstanceRequest(members.String("InstanceId")),
            () => new DeregisterManagedInstanceValidator(),
            EmptyResponseJson.Default.EmptyResponse);
}

internal sealed record DeregisterManagedInstanceRequest(string? InstanceId);

internal sealed class DeregisterManagedInstanceValidator : AbstractValidator<DeregisterManagedInstanceRequest>
{
    public DeregisterManagedInstanceValidator() =>
        RuleFor(r => r.InstanceId).Required().Text(20, 124).Pattern(Patterns.ManagedInstanceId);
}

/// <summary>Takes a hybrid node away. Its agent's next calls are refused, and only another activation brings it back.</summary>
internal sealed class DeregisterManagedInstanceHandler(NodeEnrollment enrollment)
    : IActionHandler<DeregisterManagedInstanceRequest, EmptyResponse>
{
    public async Task<EmptyResponse> HandleAsync(
        DeregisterManagedInstanceRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        await enrollment.DeregisterAsync(context.Tenant, request.InstanceId!, cancellationToken);
        return EmptyResponse.Instance;
    }
}
