using System.Globalization;
using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class ListDocumentVersions
{
    public static SsmAction Action { get; } =
        SsmAction.Of<ListDocumentVersionsHandler, ListDocumentVersionsRequest, ListDocumentVersionsResult>(
            "ListDocumentVersions",
            members => new ListDocumentVersionsRequest(
                members.String("Name"), members.Integer("MaxResults"), members.String("NextToken")),
            () => new ListDocumentVersionsValidator(),
            ListDocumentVersionsJson.Default.ListDocumentVersionsResult);
}

internal sealed record ListDocumentVersionsRequest(string? Name, long? MaxResults, string? NextToken);

internal sealed record ListDocumentVersionsResult(IReadOnlyList<DocumentVersionInfoMember> DocumentVersions, string? NextToken);

/// <summary>DocumentVersionInfo of the model.</summary>
internal sealed record DocumentVersionInfoMember(
    AwsTimestamp CreatedDate,
    string? DisplayName,
    string DocumentFormat,
    string DocumentVersion,
    bool IsDefaultVersion,
    string Name,
    string Status,
    string? VersionName);

internal sealed class ListDocumentVersionsValidator : AbstractValidator<ListDocumentVersionsRequest>
{
    public ListDocumentVersionsValidator()
    {
        RuleFor(r => r.Name).Required().Pattern(Patterns.DocumentArn);
        RuleFor(r => r.MaxResults).Range(1, 50);
    }
}

/// <summary>The versions of a document. Decided here: lowest first, 50 a page where nothing is asked for. A token does not outlive the
/// document: one that is created again under its name is another list.</summary>
internal sealed class ListDocumentVersionsHandler(DocumentLibrary library, PageTokens tokens)
    : IActionHandler<ListDocumentVersionsRequest, ListDocumentVersionsResult>
{
    private const int DefaultPage = 50;

    public async Task<ListDocumentVersionsResult> HandleAsync(
        ListDocumentVersionsRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var document = await library.GetAsync(context.Tenant, request.Name!, cancellationToken);
        var binding = $"ListDocumentVersions\n{context.Tenant}\n{document.Arn}\n{document.Incarnation}";
        var after = request.NextToken is { } token ? int.Parse(tokens.Read(binding, token), CultureInfo.InvariantCulture) : 0;

        var limit = (int)(request.MaxResults ?? DefaultPage);
        var versions = await library.ListVersionsAsync(context.Tenant, document, after, limit + 1, cancellationToken);
        var name = document.NameFor(context.Tenant);
        return new ListDocumentVersionsResult(
            [.. versions.Take(limit).Select(version => Of(name, document, version))],
            versions.Count > limit ? tokens.Create(binding, Wire.Number(versions[limit - 1].Number)) : null);
    }

    private static DocumentVersionInfoMember Of(string name, Document document, DocumentVersion version) => new(
        version.CreatedDate,
        version.DisplayName,
        version.Format.Name(),
        Wire.Number(version.Number),
        version.Number == document.Default.Number,
        name,
        "Active",
        version.VersionName);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListDocumentVersionsResult))]
internal sealed partial class ListDocumentVersionsJson : JsonSerializerContext;
