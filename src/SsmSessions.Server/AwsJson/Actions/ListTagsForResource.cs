using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Tags;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class ListTagsForResource
{
    public static SsmAction Action { get; } =
        SsmAction.Of<ListTagsForResourceHandler, ListTagsForResourceRequest, ListTagsForResourceResponse>(
            "ListTagsForResource",
            members => new ListTagsForResourceRequest(members.String("ResourceType"), members.String("ResourceId")),
            () => new ListTagsForResourceValidator(),
            ListTagsForResourceJson.Default.ListTagsForResourceResponse);
}

internal sealed record ListTagsForResourceRequest(string? ResourceType, string? ResourceId);

internal sealed record ListTagsForResourceResponse(IReadOnlyList<TagMember> TagList);

internal sealed class ListTagsForResourceValidator : AbstractValidator<ListTagsForResourceRequest>
{
    public ListTagsForResourceValidator()
    {
        RuleFor(r => r.ResourceType).Required().OneOf(NodeEnums.ResourceTypeForTagging);
        RuleFor(r => r.ResourceId).Required();
    }
}

/// <summary>The tags of a document or a hybrid node. Decided here: in the order of their keys.</summary>
internal sealed class ListTagsForResourceHandler(ResourceTags tags) : IActionHandler<ListTagsForResourceRequest, ListTagsForResourceResponse>
{
    public async Task<ListTagsForResourceResponse> HandleAsync(
        ListTagsForResourceRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var found = await tags.ListAsync(context.Tenant, request.ResourceType!, request.ResourceId!, cancellationToken);
        return new ListTagsForResourceResponse(TagMember.Of(found));
    }
}

[JsonSerializable(typeof(ListTagsForResourceResponse))]
internal sealed partial class ListTagsForResourceJson : JsonSerializerContext;
