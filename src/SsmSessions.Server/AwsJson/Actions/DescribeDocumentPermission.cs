using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class DescribeDocumentPermission
{
    public static SsmAction Action { get; } =
        SsmAction.Of<DescribeDocumentPermissionHandler, DescribeDocumentPermissionRequest, DescribeDocumentPermissionResponse>(
            "DescribeDocumentPermission",
            members => new DescribeDocumentPermissionRequest(
                members.String("Name"), members.String("PermissionType"), members.Integer("MaxResults"), members.String("NextToken")),
            () => new DescribeDocumentPermissionValidator(),
            DescribeDocumentPermissionJson.Default.DescribeDocumentPermissionResponse);
}

internal sealed record DescribeDocumentPermissionRequest(string? Name, string? PermissionType, long? MaxResults, string? NextToken);

internal sealed record DescribeDocumentPermissionResponse(
    IReadOnlyList<string> AccountIds, IReadOnlyList<AccountSharingInfoMember> AccountSharingInfoList, string? NextToken);

/// <summary>AccountSharingInfo of the model.</summary>
internal sealed record AccountSharingInfoMember(string AccountId, string SharedDocumentVersion);

internal sealed class DescribeDocumentPermissionValidator : AbstractValidator<DescribeDocumentPermissionRequest>
{
    public DescribeDocumentPermissionValidator()
    {
        RuleFor(r => r.Name).Required().Pattern(Patterns.DocumentName);
        RuleFor(r => r.PermissionType).Required().OneOf(DocumentConstraints.PermissionTypes);
        RuleFor(r => r.MaxResults).Range(1, 200);
    }
}

/// <summary>The accounts that a document of the caller's is shared with. Decided here: 200 a page where nothing is asked for.</summary>
internal sealed class DescribeDocumentPermissionHandler(DocumentRepository documents, PageTokens tokens)
    : IActionHandler<DescribeDocumentPermissionRequest, DescribeDocumentPermissionResponse>
{
    private const int DefaultPage = 200;

    public async Task<DescribeDocumentPermissionResponse> HandleAsync(
        DescribeDocumentPermissionRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var document = await documents.GetAsync(context.Tenant, request.Name!, cancellationToken);
        var binding = $"DescribeDocumentPermission\n{context.Tenant}\n{document.Name}\n{document.Incarnation}";
        var after = request.NextToken is { } token ? tokens.Read(binding, token) : "";

        var limit = (int)(request.MaxResults ?? DefaultPage);
        KeyValuePair<string, string>[] rest =
        [
            .. document.Shares
                .Where(share => string.CompareOrdinal(share.Key, after) > 0)
                .OrderBy(share => share.Key, StringComparer.Ordinal),
        ];
        var page = rest.Take(limit).ToArray();
        return new DescribeDocumentPermissionResponse(
            [.. page.Select(share => share.Key)],
            [.. page.Select(share => new AccountSharingInfoMember(share.Key, share.Value))],
            rest.Length > limit ? tokens.Create(binding, page[^1].Key) : null);
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DescribeDocumentPermissionResponse))]
internal sealed partial class DescribeDocumentPermissionJson : JsonSerializerContext;
