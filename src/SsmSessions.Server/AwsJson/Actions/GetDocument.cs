using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Documents;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class GetDocument
{
    public static SsmAction Action { get; } = SsmAction.Of<GetDocumentHandler, GetDocumentRequest, GetDocumentResult>(
        "GetDocument",
        members => new GetDocumentRequest(
            members.String("Name"), members.String("VersionName"), members.String("DocumentVersion"), members.String("DocumentFormat")),
        () => new GetDocumentValidator(),
        GetDocumentJson.Default.GetDocumentResult);
}

internal sealed record GetDocumentRequest(string? Name, string? VersionName, string? DocumentVersion, string? DocumentFormat);

internal sealed record GetDocumentResult(
    string Content,
    AwsTimestamp CreatedDate,
    string? DisplayName,
    string DocumentFormat,
    string DocumentType,
    string DocumentVersion,
    string Name,
    IReadOnlyList<DocumentRequiresMember>? Requires,
    string Status,
    string? VersionName);

internal sealed class GetDocumentValidator : AbstractValidator<GetDocumentRequest>
{
    public GetDocumentValidator()
    {
        RuleFor(r => r.Name).Required().Pattern(Patterns.DocumentArn);
        RuleFor(r => r.VersionName).Pattern(Patterns.DocumentVersionName);
        RuleFor(r => r.DocumentVersion).Pattern(Patterns.DocumentVersion);
        RuleFor(r => r.DocumentFormat).OneOf(DocumentConstraints.Formats);
    }
}

/// <summary>The content of a version, in its own format or the one asked for. Decided here: TEXT is the content as it is.</summary>
internal sealed class GetDocumentHandler(DocumentLibrary library) : IActionHandler<GetDocumentRequest, GetDocumentResult>
{
    public async Task<GetDocumentResult> HandleAsync(GetDocumentRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var document = await library.GetAsync(context.Tenant, request.Name!, cancellationToken);
        var version = await library.GetVersionAsync(
            context.Tenant, document, request.DocumentVersion, request.VersionName, cancellationToken);
        var content = await library.GetContentAsync(document, version, cancellationToken);
        var format = request.DocumentFormat is null ? version.Format : DocumentFormats.Of(request.DocumentFormat);
        return new GetDocumentResult(
            content.ConvertTo(format),
            version.CreatedDate,
            version.DisplayName,
            format.Name(),
            document.Type,
            Wire.Number(version.Number),
            document.NameFor(context.Tenant),
            DocumentRequiresMember.Of(version),
            "Active",
            version.VersionName);
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GetDocumentResult))]
internal sealed partial class GetDocumentJson : JsonSerializerContext;
