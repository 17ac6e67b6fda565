using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Nodes;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class RegisterManagedInstance
{
    public static SsmAction Action { get; } =
        SsmAction.Of<RegisterManagedInstanceHandler, RegisterManagedInstanceRequest, RegisterManagedInstanceResponse>(
            "RegisterManagedInstance",
            members => new RegisterManagedInstanceRequest(
                members.String("ActivationCode"),
                members.String("ActivationId"),
                members.String("Fingerprint"),
                members.String("IamRole"),
                members.String("PublicKey"),
                members.String("PublicKeyType"),
                members.Structures("Tags", TagMember.Read)),
            () => new RegisterManagedInstanceValidator(),
            RegisterManagedInstanceJson.Default.RegisterManagedInstanceResponse,
            allowsAnonymous: true);
}

internal sealed record RegisterManagedInstanceRequest(
    string? ActivationCode,
    string? ActivationId,
    string? Fingerprint,
    string? IamRole,
    string? PublicKey,
    string? PublicKeyType,
    IReadOnlyList<TagMember>? Tags);

internal sealed record RegisterManagedInstanceResponse(string InstanceId);

internal sealed class RegisterManagedInstanceValidator : AbstractValidator<RegisterManagedInstanceRequest>
{
    public RegisterManagedInstanceValidator()
    {
        RuleFor(r => r.ActivationCode).SecretText(20, max: null);
        RuleFor(r => r.ActivationId).Text(36, max: null);
        // The model has no upper bound; a fingerprint is a UUID or an instance id.
        RuleFor(r => r.Fingerprint).Required().Text(min: null, 256);
        RuleFor(r => r.IamRole).Text(1, max: null);
        RuleFor(r => r.PublicKey).Required().Text(392, max: null);
        RuleFor(r => r.PublicKeyType).OneOf(NodeEnums.PublicKeyType);
        RuleForEach(r => r.Tags).SetValidator(new TagMemberValidator());
    }
}

/// <summary>
/// Makes a machine a node (spec/ssm-control-plane.md §9.1): anybody with an activation's code, in the activation's account and
/// region; or an EC2 node with its instance role, in the caller's. The role of the request counts for nothing: an activation has one.
/// </summary>
internal sealed class RegisterManagedInstanceHandler(NodeEnrollment enrollment)
    : IActionHandler<RegisterManagedInstanceRequest, RegisterManagedInstanceResponse>
{
    public async Task<RegisterManagedInstanceResponse> HandleAsync(
        RegisterManagedInstanceRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var machine = new NewNode(request.Fingerprint!, request.PublicKey!) { Tags = TagMember.Pairs(request.Tags) };
        var isHybrid = request.ActivationId is not null || request.ActivationCode is not null;
        var node = isHybrid
            ? await enrollment.RegisterHybridAsync(request.ActivationId ?? "", request.ActivationCode ?? "", machine, cancellationToken)
            : await enrollment.RegisterEc2Async(context.Caller, machine, cancellationToken);
        return new RegisterManagedInstanceResponse(node.Id);
    }
}

[JsonSerializable(typeof(RegisterManagedInstanceResponse))]
internal sealed partial class RegisterManagedInstanceJson : JsonSerializerContext;
