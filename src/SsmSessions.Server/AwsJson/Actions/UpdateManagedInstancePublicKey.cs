using FluentValidation;
using SsmSessions.Core.Nodes;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class UpdateManagedInstancePublicKey
{
    public static SsmAction Action { get; } =
        SsmAction.Of<UpdateManagedInstancePublicKeyHandler, UpdateManagedInstancePublicKeyRequest, EmptyResponse>(
            "UpdateManagedInstancePublicKey",
            members => new UpdateManagedInstancePublicKeyRequest(members.String("NewPublicKey"), members.String("NewPublicKeyType")),
            () => new UpdateManagedInstancePublicKeyValidator(),
            EmptyResponseJson.Default.EmptyResponse);
}

internal sealed record UpdateManagedInstancePublicKeyRequest(string? NewPublicKey, string? NewPublicKeyType);

internal sealed class UpdateManagedInstancePublicKeyValidator : AbstractValidator<UpdateManagedInstancePublicKeyRequest>
{
    public UpdateManagedInstancePublicKeyValidator()
    {
        RuleFor(r => r.NewPublicKey).Required().Text(392, max: null);
        RuleFor(r => r.NewPublicKeyType).Required().OneOf(NodeEnums.PublicKeyType);
    }
}

/// <summary>Gives a node, which has signed with its present key, another one.</summary>
internal sealed class UpdateManagedInstancePublicKeyHandler(NodeAgents agents)
    : IActionHandler<UpdateManagedInstancePublicKeyRequest, EmptyResponse>
{
    public async Task<EmptyResponse> HandleAsync(
        UpdateManagedInstancePublicKeyRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        await agents.ChangeKeyAsync(context.Caller, request.NewPublicKey!, cancellationToken);
        return EmptyResponse.Instance;
    }
}
