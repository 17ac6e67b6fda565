using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class ListDocuments
{
    public static SsmAction Action { get; } = SsmAction.Of<ListDocumentsHandler, ListDocumentsRequest, ListDocumentsResult>(
        "ListDocuments",
        members => new ListDocumentsRequest(
            members.Structures("DocumentFilterList", filter => new DocumentFilterMember(filter.String("key"), filter.String("value"))),
            members.Structures("Filters", filter => new DocumentKeyValuesFilterMember(filter.String("Key"), filter.Strings("Values"))),
            members.Integer("MaxResults"),
            members.String("NextToken")),
        () => new ListDocumentsValidator(),
        ListDocumentsJson.Default.ListDocumentsResult);
}

internal sealed record ListDocumentsRequest(
    IReadOnlyList<DocumentFilterMember>? DocumentFilterList,
    IReadOnlyList<DocumentKeyValuesFilterMember>? Filters,
    long? MaxResults,
    string? NextToken)
{
    /// <summary>Both lists as one: the older one has one value to a key.</summary>
    public IEnumerable<(string Key, IReadOnlyList<string> Values)> AllFilters() =>
        (DocumentFilterList ?? []).Select(f => (f.Key!, (IReadOnlyList<string>)[f.Value!]))
        .Concat((Filters ?? []).Where(f => f.Key is not null).Select(f => (f.Key!, f.Values ?? [])));
}

/// <summary>DocumentFilter of the model, the older form: its members are lower-case on the wire.</summary>
internal sealed record DocumentFilterMember(string? Key, string? Value)
{
    public override string ToString() => WirePrint.Structure("DocumentFilter", ("key", Key), ("value", Value));
}

internal sealed record DocumentKeyValuesFilterMember(string? Key, IReadOnlyList<string>? Values)
{
    public override string ToString() => WirePrint.Structure("DocumentKeyValuesFilter", ("key", Key), ("values", Values));
}

internal sealed record ListDocumentsResult(IReadOnlyList<DocumentIdentifierMember> DocumentIdentifiers, string? NextToken);

/// <summary>DocumentIdentifier of the model: a document and its default version.</summary>
internal sealed record DocumentIdentifierMember(
    AwsTimestamp CreatedDate,
    string? DisplayName,
    string DocumentFormat,
    string DocumentType,
    string DocumentVersion,
    string Name,
    string Owner,
    IReadOnlyList<string> PlatformTypes,
    IReadOnlyList<DocumentRequiresMember>? Requires,
    string? SchemaVersion,
    IReadOnlyList<TagMember> Tags,
    string? TargetType,
    string? VersionName)
{
    public static DocumentIdentifierMember Of(Tenant viewer, Document document) => new(
        document.Default.CreatedDate,
        document.Default.DisplayName,
        document.Default.Format.Name(),
        document.Type,
        Wire.Number(document.Default.Number),
        document.NameFor(viewer),
        document.Owner,
        DocumentPlatforms.All,
        DocumentRequiresMember.Of(document.Default),
        document.Default.SchemaVersion,
        TagMember.Of(document.TagsFor(viewer)),
        document.Default.TargetType,
        document.Default.VersionName);
}

internal sealed class ListDocumentsValidator : AbstractValidator<ListDocumentsRequest>
{
    public ListDocumentsValidator()
    {
        RuleFor(r => r.DocumentFilterList).Count(1, max: null);
        RuleForEach(r => r.DocumentFilterList).SetValidator(new DocumentFilterValidator());
        RuleFor(r => r.Filters).Count(0, 6);
        RuleForEach(r => r.Filters).SetValidator(new DocumentKeyValuesFilterValidator());
        RuleFor(r => r.MaxResults).Range(1, 50);
    }

    private sealed class DocumentFilterValidator : AbstractValidator<DocumentFilterMember>
    {
        public DocumentFilterValidator()
        {
            RuleFor(f => f.Key).Required().OneOf(["Name", "Owner", "PlatformTypes", "DocumentType"]);
            RuleFor(f => f.Value).Required().Text(1, max: null);
        }
    }

    private sealed class DocumentKeyValuesFilterValidator : AbstractValidator<DocumentKeyValuesFilterMember>
    {
        public DocumentKeyValuesFilterValidator()
        {
            RuleFor(f => f.Key).Text(1, 128);
            RuleFor(f => f.Values).EachText(1, 256);
        }
    }
}

/// <summary>
/// Lists the documents that the caller's account sees, Amazon's included (spec/ssm-control-plane.md §10.3). Decided here: 50 a page
/// where nothing is asked for; own and Amazon's by name, then those that others share by ARN.
/// </summary>
internal sealed class ListDocumentsHandler(DocumentLibrary library, PageTokens tokens)
    : IActionHandler<ListDocumentsRequest, ListDocumentsResult>
{
    private const int DefaultPage = 50;

    public async Task<ListDocumentsResult> HandleAsync(
        ListDocumentsRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var filter = new DocumentFilter();
        foreach (var (key, values) in request.AllFilters())
            filter.Where(key, values);
        var binding = ListBinding.Of("ListDocuments", context.Tenant, request.AllFilters());
        var after = request.NextToken is { } token ? tokens.Read(binding, token) : null;
        var page = await library.ListAsync(context.Tenant, filter, after, (int)(request.MaxResults ?? DefaultPage), cancellationToken);
        return new ListDocumentsResult(
            [.. page.Documents.Select(document => DocumentIdentifierMember.Of(context.Tenant, document))],
            page.Next is { } next ? tokens.Create(binding, next) : null);
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListDocumentsResult))]
internal sealed partial class ListDocumentsJson : JsonSerializerContext;
