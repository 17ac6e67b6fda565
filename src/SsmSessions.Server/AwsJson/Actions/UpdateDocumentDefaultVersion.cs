using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Documents;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class UpdateDocumentDefaultVersion
{
    public static SsmAction Action { get; } =
        SsmAction.Of<UpdateDocumentDefaultVersionHandler, UpdateDocumentDefaultVersionRequest, UpdateDocumentDefaultVersionResult>(
            "UpdateDocumentDefaultVersion",
            members => new UpdateDocumentDefaultVersionRequest(members.String("Name"), members.String("DocumentVersion")),
            () => new UpdateDocumentDefaultVersionValidator(),
            UpdateDocumentDefaultVersionJson.Default.UpdateDocumentDefaultVersionResult);
}

internal sealed record UpdateDocumentDefaultVersionRequest(string? Name, string? DocumentVersion);

internal sealed record UpdateDocumentDefaultVersionResult(DocumentDefaultVersionMember Description);

/// <summary>DocumentDefaultVersionDescription of the model.</summary>
internal sealed record DocumentDefaultVersionMember(string DefaultVersion, string? DefaultVersionName, string Name);

internal sealed class UpdateDocumentDefaultVersionValidator : AbstractValidator<UpdateDocumentDefaultVersionRequest>
{
    public UpdateDocumentDefaultVersionValidator()
    {
        RuleFor(r => r.Name).Required().Pattern(Patterns.DocumentName);
        RuleFor(r => r.DocumentVersion).Required().Pattern(Patterns.DocumentVersionNumber);
    }
}

/// <summary>Makes a version of a document its default one.</summary>
internal sealed class UpdateDocumentDefaultVersionHandler(DocumentRepository documents)
    : IActionHandler<UpdateDocumentDefaultVersionRequest, UpdateDocumentDefaultVersionResult>
{
    public async Task<UpdateDocumentDefaultVersionResult> HandleAsync(
        UpdateDocumentDefaultVersionRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var document = await documents.SetDefaultVersionAsync(context.Tenant, request.Name!, request.DocumentVersion!, cancellationToken);
        return new UpdateDocumentDefaultVersionResult(
            new DocumentDefaultVersionMember(Wire.Number(document.Default.Number), document.Default.VersionName, document.Name));
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UpdateDocumentDefaultVersionResult))]
internal sealed partial class UpdateDocumentDefaultVersionJson : JsonSerializerContext;
