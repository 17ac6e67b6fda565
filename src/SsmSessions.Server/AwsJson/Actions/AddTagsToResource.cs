using FluentValidation;
using SsmSessions.Core.Tags;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class AddTagsToResource
{
    public static SsmAction Action { get; } = SsmAction.Of<AddTagsToResourceHandler, AddTagsToResourceRequest, EmptyResponse>(
        "AddTagsToResource",
        members => new AddTagsToResourceRequest(
            members.String("ResourceType"), members.String("ResourceId"), members.Structures("Tags", TagMember.Read)),
        () => new AddTagsToResourceValidator(),
        EmptyResponseJson.Default.EmptyResponse);
}

internal sealed record AddTagsToResourceRequest(string? ResourceType, string? ResourceId, IReadOnlyList<TagMember>? Tags);

internal sealed class AddTagsToResourceValidator : AbstractValidator<AddTagsToResourceRequest>
{
    public AddTagsToResourceValidator()
    {
        RuleFor(r => r.ResourceType).Required().OneOf(NodeEnums.ResourceTypeForTagging);
        RuleFor(r => r.ResourceId).Required();
        RuleFor(r => r.Tags).Required().Count(min: null, 1_000);
        RuleForEach(r => r.Tags).SetValidator(new TagMemberValidator());
    }
}

/// <summary>Tags a document or a hybrid node (spec/ssm-control-plane.md §12).</summary>
internal sealed class AddTagsToResourceHandler(ResourceTags tags) : IActionHandler<AddTagsToResourceRequest, EmptyResponse>
{
    public async Task<EmptyResponse> HandleAsync(AddTagsToResourceRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        await tags.AddAsync(context.Tenant, request.ResourceType!, request.ResourceId!, TagMember.Pairs(request.Tags), cancellationToken);
        return EmptyResponse.Instance;
    }
}
