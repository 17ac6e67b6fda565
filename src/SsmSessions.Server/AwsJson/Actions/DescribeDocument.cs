using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Documents;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class DescribeDocument
{
    public static SsmAction Action { get; } = SsmAction.Of<DescribeDocumentHandler, DescribeDocumentRequest, DescribeDocumentResult>(
        "DescribeDocument",
        members => new DescribeDocumentRequest(
            members.String("Name"), members.String("DocumentVersion"), members.String("VersionName")),
        () => new DescribeDocumentValidator(),
        DescribeDocumentJson.Default.DescribeDocumentResult);
}

internal sealed record DescribeDocumentRequest(string? Name, string? DocumentVersion, string? VersionName);

internal sealed record DescribeDocumentResult(DocumentDescriptionMember Document);

internal sealed class DescribeDocumentValidator : AbstractValidator<DescribeDocumentRequest>
{
    public DescribeDocumentValidator()
    {
        RuleFor(r => r.Name).Required().Pattern(Patterns.DocumentArn);
        RuleFor(r => r.DocumentVersion).Pattern(Patterns.DocumentVersion);
        RuleFor(r => r.VersionName).Pattern(Patterns.DocumentVersionName);
    }
}

/// <summary>Describes a version of a document. The two empty lists at its head are what the real service sends here only.</summary>
internal sealed class DescribeDocumentHandler(DocumentLibrary library) : IActionHandler<DescribeDocumentRequest, DescribeDocumentResult>
{
    public async Task<DescribeDocumentResult> HandleAsync(
        DescribeDocumentRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var document = await library.GetAsync(context.Tenant, request.Name!, cancellationToken);
        var version = await library.GetVersionAsync(
            context.Tenant, document, request.DocumentVersion, request.VersionName, cancellationToken);
        var content = await library.GetContentAsync(document, version, cancellationToken);
        var description = DocumentDescriptionMember.Of(context.Tenant, new EditedDocument(document, version, content), "Active");
        return new DescribeDocumentResult(description with { Category = [], CategoryEnum = [] });
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DescribeDocumentResult))]
internal sealed partial class DescribeDocumentJson : JsonSerializerContext;
