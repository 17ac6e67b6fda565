using FluentValidation;
using SsmSessions.Core.Documents;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class DeleteDocument
{
    public static SsmAction Action { get; } = SsmAction.Of<DeleteDocumentHandler, DeleteDocumentRequest, EmptyResponse>(
        "DeleteDocument",
        members => new DeleteDocumentRequest(
            members.String("Name"), members.String("DocumentVersion"), members.String("VersionName"), members.Boolean("Force")),
        () => new DeleteDocumentValidator(),
        EmptyResponseJson.Default.EmptyResponse);
}

/// <summary>Force is for types of documents that other services look after: it changes nothing here.</summary>
internal sealed record DeleteDocumentRequest(string? Name, string? DocumentVersion, string? VersionName, bool? Force);

internal sealed class DeleteDocumentValidator : AbstractValidator<DeleteDocumentRequest>
{
    public DeleteDocumentValidator()
    {
        RuleFor(r => r.Name).Required().Pattern(Patterns.DocumentName);
        RuleFor(r => r.DocumentVersion).Pattern(Patterns.DocumentVersion);
        RuleFor(r => r.VersionName).Pattern(Patterns.DocumentVersionName);
    }
}

/// <summary>Deletes a version of a document, or the whole document where none is named.</summary>
internal sealed class DeleteDocumentHandler(DocumentEditor documents, DocumentLibrary library)
    : IActionHandler<DeleteDocumentRequest, EmptyResponse>
{
    public async Task<EmptyResponse> HandleAsync(
        DeleteDocumentRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        if (request.DocumentVersion is null && request.VersionName is null)
        {
            await documents.DeleteAsync(context.Tenant, request.Name!, cancellationToken);
        }
        else
        {
            await documents.DeleteVersionAsync(
                context.Tenant,
                request.Name!,
                document => library.GetVersionAsync(
                    context.Tenant, document, request.DocumentVersion, request.VersionName, cancellationToken),
                cancellationToken);
        }

        return EmptyResponse.Instance;
    }
}
