using FluentValidation;
using SsmSessions.Core.Tags;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class RemoveTagsFromResource
{
    public static SsmAction Action { get; } = SsmAction.Of<RemoveTagsFromResourceHandler, RemoveTagsFromResourceRequest, EmptyResponse>(
        "RemoveTagsFromResource",
        members => new RemoveTagsFromResourceRequest(
            members.String("ResourceType"), members.String("ResourceId"), members.Strings("TagKeys")),
        () => new RemoveTagsFromResourceValidator(),
        EmptyResponseJson.Default.EmptyResponse);
}

internal sealed record RemoveTagsFromResourceRequest(string? ResourceType, string? ResourceId, IReadOnlyList<string>? TagKeys);

internal sealed class RemoveTagsFromResourceValidator : AbstractValidator<RemoveTagsFromResourceRequest>
{
    public RemoveTagsFromResourceValidator()
    {
        RuleFor(r => r.ResourceType).Required().OneOf(NodeEnums.ResourceTypeForTagging);
        RuleFor(r => r.ResourceId).Required();
        RuleFor(r => r.TagKeys).Required().EachText(1, 128, Patterns.TagText);
    }
}

/// <summary>Takes tags off a document or a hybrid node. Decided here: keys that are not there are ignored.</summary>
internal sealed class RemoveTagsFromResourceHandler(ResourceTags tags) : IActionHandler<RemoveTagsFromResourceRequest, EmptyResponse>
{
    public async Task<EmptyResponse> HandleAsync(
        RemoveTagsFromResourceRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        await tags.RemoveAsync(context.Tenant, request.ResourceType!, request.ResourceId!, request.TagKeys!, cancellationToken);
        return EmptyResponse.Instance;
    }
}
