using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Documents;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class UpdateDocument
{
    public static SsmAction Action { get; } = SsmAction.Of<UpdateDocumentHandler, UpdateDocumentRequest, UpdateDocumentResult>(
        "UpdateDocument",
        members => new UpdateDocumentRequest(
            members.String("Content"),
            members.Structures("Attachments", AttachmentsSourceMember.Read),
            members.String("Name"),
            members.String("DisplayName"),
            members.String("VersionName"),
            members.String("DocumentVersion"),
            members.String("DocumentFormat"),
            members.String("TargetType")),
        () => new UpdateDocumentValidator(),
        UpdateDocumentJson.Default.UpdateDocumentResult);
}

internal sealed record UpdateDocumentRequest(
    string? Content,
    IReadOnlyList<AttachmentsSourceMember>? Attachments,
    string? Name,
    string? DisplayName,
    string? VersionName,
    string? DocumentVersion,
    string? DocumentFormat,
    string? TargetType);

internal sealed record UpdateDocumentResult(DocumentDescriptionMember DocumentDescription);

internal sealed class UpdateDocumentValidator : AbstractValidator<UpdateDocumentRequest>
{
    public UpdateDocumentValidator()
    {
        RuleFor(r => r.Content).Required().Text(1, max: null);
        RuleFor(r => r.Attachments).Count(0, 20);
        RuleForEach(r => r.Attachments).SetValidator(new AttachmentsSourceValidator());
        RuleFor(r => r.Name).Required().Pattern(Patterns.DocumentName);
        RuleFor(r => r.DisplayName).DocumentDisplayName();
        RuleFor(r => r.VersionName).Pattern(Patterns.DocumentVersionName);
        RuleFor(r => r.DocumentVersion).Pattern(Patterns.DocumentVersion);
        RuleFor(r => r.DocumentFormat).OneOf(DocumentConstraints.Formats);
        RuleFor(r => r.TargetType).DocumentTargetType();
    }
}

/// <summary>Adds a version to a document. The default version stays what it is.</summary>
internal sealed class UpdateDocumentHandler(DocumentEditor documents) : IActionHandler<UpdateDocumentRequest, UpdateDocumentResult>
{
    public async Task<UpdateDocumentResult> HandleAsync(
        UpdateDocumentRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var version = new NewDocumentVersion(DocumentFormats.Of(request.DocumentFormat), request.Content!)
        {
            VersionName = request.VersionName,
            DisplayName = request.DisplayName,
            TargetType = request.TargetType,
            Attachments = AttachmentsSourceMember.Names(request.Attachments),
        };
        var updated = await documents.AddVersionAsync(context.Tenant, request.Name!, request.DocumentVersion, version, cancellationToken);
        return new UpdateDocumentResult(DocumentDescriptionMember.Of(context.Tenant, updated, "Updating"));
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UpdateDocumentResult))]
internal sealed partial class UpdateDocumentJson : JsonSerializerContext;
