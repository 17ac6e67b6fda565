using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Nodes;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class CreateActivation
{
    public static SsmAction Action { get; } = SsmAction.Of<CreateActivationHandler, CreateActivationRequest, CreateActivationResponse>(
        "CreateActivation",
        members => new CreateActivationRequest(
            members.String("Description"),
            members.String("DefaultInstanceName"),
            members.String("IamRole"),
            members.Integer("RegistrationLimit"),
            members.Timestamp("ExpirationDate"),
            members.Structures("Tags", TagMember.Read),
            members.Structures("RegistrationMetadata", item => new RegistrationMetadataItem(item.String("Key"), item.String("Value")))),
        () => new CreateActivationValidator(),
        CreateActivationJson.Default.CreateActivationResponse);
}

internal sealed record CreateActivationRequest(
    string? Description,
    string? DefaultInstanceName,
    string? IamRole,
    long? RegistrationLimit,
    DateTimeOffset? ExpirationDate,
    IReadOnlyList<TagMember>? Tags,
    IReadOnlyList<RegistrationMetadataItem>? RegistrationMetadata);

/// <summary>Reserved by AWS for its own use and shown by no operation: checked, and not kept.</summary>
internal sealed record RegistrationMetadataItem(string? Key, string? Value)
{
    public override string ToString() => WirePrint.Structure("RegistrationMetadataItem", ("key", Key), ("value", Value));
}

internal sealed record CreateActivationResponse(string ActivationCode, string ActivationId);

internal sealed class CreateActivationValidator : AbstractValidator<CreateActivationRequest>
{
    public CreateActivationValidator()
    {
        RuleFor(r => r.Description).Text(0, 256);
        RuleFor(r => r.DefaultInstanceName).Text(0, 256).Pattern(Patterns.TagText);
        RuleFor(r => r.IamRole).Required().Text(min: null, 64).Pattern(Patterns.IamRole);
        RuleFor(r => r.RegistrationLimit).Range(1, 1_000);
        RuleFor(r => r.Tags).Count(min: null, 1_000);
        RuleForEach(r => r.Tags).SetValidator(new TagMemberValidator());
        RuleForEach(r => r.RegistrationMetadata).SetValidator(new RegistrationMetadataItemValidator());
    }

    private sealed class RegistrationMetadataItemValidator : AbstractValidator<RegistrationMetadataItem>
    {
        public RegistrationMetadataItemValidator()
        {
            RuleFor(i => i.Key).Required().Text(1, 128).Pattern(Patterns.MetadataText);
            RuleFor(i => i.Value).Required().Text(1, 2_048).Pattern(Patterns.MetadataText);
        }
    }
}

/// <summary>Lets machines register as nodes of the caller's account and region. The code is told here and never again.</summary>
internal sealed class CreateActivationHandler(Activations activations) : IActionHandler<CreateActivationRequest, CreateActivationResponse>
{
    public async Task<CreateActivationResponse> HandleAsync(
        CreateActivationRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var asked = new NewActivation(request.IamRole!)
        {
            Description = request.Description,
            DefaultInstanceName = request.DefaultInstanceName,
            RegistrationLimit = (int)(request.RegistrationLimit ?? 1),
            ExpirationDate = request.ExpirationDate,
            Tags = TagMember.Pairs(request.Tags),
        };
        var (activation, code) = await activations.CreateAsync(context.Tenant, asked, cancellationToken);
        return new CreateActivationResponse(code, activation.Id);
    }
}

[JsonSerializable(typeof(CreateActivationResponse))]
internal sealed partial class CreateActivationJson : JsonSerializerContext;
