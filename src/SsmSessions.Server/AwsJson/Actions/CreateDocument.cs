using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Tags;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class CreateDocument
{
    public static SsmAction Action { get; } = SsmAction.Of<CreateDocumentHandler, CreateDocumentRequest, CreateDocumentResult>(
        "CreateDocument",
        members => new CreateDocumentRequest(
            members.String("Content"),
            members.Structures("Requires", DocumentRequiresMember.Read),
            members.Structures("Attachments", AttachmentsSourceMember.Read),
            members.String("Name"),
            members.String("DisplayName"),
            members.String("VersionName"),
            members.String("DocumentType"),
            members.String("DocumentFormat"),
            members.String("TargetType"),
            members.Structures("Tags", TagMember.Read)),
        () => new CreateDocumentValidator(),
        CreateDocumentJson.Default.CreateDocumentResult);
}

internal sealed record CreateDocumentRequest(
    string? Content,
    IReadOnlyList<DocumentRequiresMember>? Requires,
    IReadOnlyList<AttachmentsSourceMember>? Attachments,
    string? Name,
    string? DisplayName,
    string? VersionName,
    string? DocumentType,
    string? DocumentFormat,
    string? TargetType,
    IReadOnlyList<TagMember>? Tags);

/// <summary>AttachmentsSource of the model. Attachments are not fetched: a document remembers their names.</summary>
internal sealed record AttachmentsSourceMember(string? Key, IReadOnlyList<string>? Values, string? Name)
{
    public static AttachmentsSourceMember Read(RequestMembers members) =>
        new(members.String("Key"), members.Strings("Values"), members.String("Name"));

    public static IReadOnlyList<string> Names(IReadOnlyList<AttachmentsSourceMember>? attachments) =>
        [.. (attachments ?? []).Select(a => a.Name).OfType<string>()];

    public override string ToString() => WirePrint.Structure("AttachmentsSource", ("key", Key), ("values", Values), ("name", Name));
}

internal sealed record CreateDocumentResult(DocumentDescriptionMember DocumentDescription);

internal sealed class CreateDocumentValidator : AbstractValidator<CreateDocumentRequest>
{
    public CreateDocumentValidator()
    {
        RuleFor(r => r.Content).Required().Text(1, max: null);
        RuleFor(r => r.Requires).Count(1, max: null);
        RuleForEach(r => r.Requires).SetValidator(new DocumentRequiresValidator());
        RuleFor(r => r.Attachments).Count(0, 20);
        RuleForEach(r => r.Attachments).SetValidator(new AttachmentsSourceValidator());
        RuleFor(r => r.Name).Required().Pattern(Patterns.DocumentName);
        RuleFor(r => r.DisplayName).DocumentDisplayName();
        RuleFor(r => r.VersionName).Pattern(Patterns.DocumentVersionName);
        RuleFor(r => r.DocumentType).OneOf(DocumentConstraints.Types);
        RuleFor(r => r.DocumentFormat).OneOf(DocumentConstraints.Formats);
        RuleFor(r => r.TargetType).DocumentTargetType();
        RuleFor(r => r.Tags).Count(min: null, 1_000);
        RuleForEach(r => r.Tags).SetValidator(new TagMemberValidator());
    }
}

/// <summary>Creates a document. It is Active at once; the answer says Creating, as the real service does.</summary>
internal sealed class CreateDocumentHandler(DocumentEditor documents) : IActionHandler<CreateDocumentRequest, CreateDocumentResult>
{
    private const string DefaultType = "Command";

    public async Task<CreateDocumentResult> HandleAsync(
        CreateDocumentRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var version = new NewDocumentVersion(DocumentFormats.Of(request.DocumentFormat), request.Content!)
        {
            VersionName = request.VersionName,
            DisplayName = request.DisplayName,
            TargetType = request.TargetType,
            Requires = [.. (request.Requires ?? []).Select(r => r.ToRequirement())],
            Attachments = AttachmentsSourceMember.Names(request.Attachments),
        };
        var tags = TagRules.Collect(TagMember.Pairs(request.Tags));
        var created = await documents.CreateAsync(
            context.Tenant, request.Name!, request.DocumentType ?? DefaultType, version, tags, cancellationToken);
        return new CreateDocumentResult(DocumentDescriptionMember.Of(context.Tenant, created, "Creating"));
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateDocumentResult))]
internal sealed partial class CreateDocumentJson : JsonSerializerContext;
