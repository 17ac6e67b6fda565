using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Tags;

/// <summary>Knows the resources of one type that can be tagged.</summary>
public interface ITaggableResources
{
    /// <summary>The name of the type in the API.</summary>
    string Type { get; }

    /// <summary>The id of the resource that a caller means, in the one form under which its tags are kept; null when there is none.</summary>
    ValueTask<string?> FindAsync(Tenant tenant, string resourceId, CancellationToken cancellationToken);
}

/// <summary>Tags as callers see them: of resources that exist (spec/ssm-control-plane.md §12).</summary>
/// <param name="tags">Where they are kept.</param>
/// <param name="types">The types of resources there are. The resources of every other type of the API do not exist here.</param>
public sealed class ResourceTags(TagRepository tags, IEnumerable<ITaggableResources> types)
{
    private readonly Dictionary<string, ITaggableResources> _types = types.ToDictionary(type => type.Type, StringComparer.Ordinal);

    /// <summary>The tags of a resource, by key in ordinal order.</summary>
    /// <exception cref="RefusedException">InvalidResourceId.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ListAsync(
        Tenant tenant, string type, string resourceId, CancellationToken cancellationToken) =>
        await tags.FindAsync(tenant, await RequireAsync(tenant, type, resourceId, cancellationToken), cancellationToken);

    /// <summary>Adds tags; a key that is there gets its new value.</summary>
    /// <exception cref="RefusedException">InvalidResourceId, Validation, TooManyTags, TooManyUpdates.</exception>
    public async Task AddAsync(
        Tenant tenant, string type, string resourceId, IReadOnlyList<KeyValuePair<string, string>> added, CancellationToken cancellationToken)
    {
        var resource = await RequireAsync(tenant, type, resourceId, cancellationToken);
        await tags.ChangeAsync(tenant, resource, present => TagRules.Add(present, added), cancellationToken);
    }

    /// <summary>Takes tags away; keys that are not there are ignored.</summary>
    /// <exception cref="RefusedException">InvalidResourceId, TooManyUpdates.</exception>
    public async Task RemoveAsync(
        Tenant tenant, string type, string resourceId, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var resource = await RequireAsync(tenant, type, resourceId, cancellationToken);
        await tags.ChangeAsync(
            tenant,
            resource,
            present =>
            {
                foreach (var key in keys)
                    present.Remove(key);
            },
            cancellationToken);
    }

    private async Task<TaggedResource> RequireAsync(Tenant tenant, string type, string resourceId, CancellationToken cancellationToken) =>
        _types.TryGetValue(type, out var known) && await known.FindAsync(tenant, resourceId, cancellationToken) is { } id
            ? new TaggedResource(type, id)
            : throw new RefusedException(Refusal.InvalidResourceId, message: null);
}
