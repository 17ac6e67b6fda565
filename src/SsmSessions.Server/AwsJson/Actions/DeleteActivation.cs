using FluentValidation;
using SsmSessions.Core.Nodes;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class DeleteActivation
{
    public static SsmAction Action { get; } = SsmAction.Of<DeleteActivationHandler, DeleteActivationRequest, EmptyResponse>(
        "DeleteActivation",
        members => new DeleteActivationRequest(members.String("ActivationId")),
        () => new DeleteActivationValidator(),
        EmptyResponseJson.Default.EmptyResponse);
}

internal sealed record DeleteActivationRequest(string? ActivationId);

internal sealed class DeleteActivationValidator : AbstractValidator<DeleteActivationRequest>
{
    public DeleteActivationValidator() => RuleFor(r => r.ActivationId).Required().Pattern(Patterns.ActivationId);
}

/// <summary>Takes an activation away, so that no more nodes register with it. Those that have stay.</summary>
internal sealed class DeleteActivationHandler(Activations activations) : IActionHandler<DeleteActivationRequest, EmptyResponse>
{
    public async Task<EmptyResponse> HandleAsync(DeleteActivationRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        await activations.DeleteAsync(context.Tenant, request.ActivationId!, cancellationToken);
        return EmptyResponse.Instance;
    }
}
