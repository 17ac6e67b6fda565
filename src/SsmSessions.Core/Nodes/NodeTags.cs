using SsmSessions.Core.Identity;
using SsmSessions.Core.Tags;

namespace SsmSessions.Core.Nodes;

/// <summary>The tags of hybrid nodes. Nodes of EC2 have their tags there.</summary>
public sealed class NodeTags(NodeDirectory nodes, TagRepository tags) : ITaggableResources
{
    /// <inheritdoc/>
    public string Type => TaggedResource.ManagedInstance;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, string>?> FindTagsAsync(
        Tenant tenant, string resourceId, CancellationToken cancellationToken) =>
        await ExistsAsync(tenant, resourceId, cancellationToken)
            ? await tags.FindAsync(tenant, new TaggedResource(Type, resourceId), cancellationToken)
            : null;

    /// <inheritdoc/>
    public async Task<bool> ChangeTagsAsync(
        Tenant tenant, string resourceId, Action<SortedDictionary<string, string>> change, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(tenant, resourceId, cancellationToken))
            return false;
        await tags.ChangeAsync(tenant, new TaggedResource(Type, resourceId), change, cancellationToken);
        return true;
    }

    private async Task<bool> ExistsAsync(Tenant tenant, string id, CancellationToken cancellationToken) =>
        NodeId.IsHybrid(id) && await nodes.FindAsync(tenant, id, cancellationToken) is not null;
}
