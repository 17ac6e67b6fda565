using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Tags;

/// <summary>The resources of one type that can be tagged, and their tags wherever they are kept.</summary>
public interface ITaggableResources
{
    /// <summary>The name of the type in the API.</summary>
    string Type { get; }

    /// <summary>The tags of a resource by key; null when there is no such resource.</summary>
    Task<IReadOnlyDictionary<string, string>?> FindTagsAsync(Tenant tenant, string resourceId, CancellationToken cancellationToken);

    /// <summary>Changes the tags of a resource, whatever others do at the same time; false when there is no such resource.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="resourceId">The resource as the caller names it.</param>
    /// <param name="change">Changes the given copy, or throws. May be called several times.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<bool> ChangeTagsAsync(
        Tenant tenant, string resourceId, Action<SortedDictionary<string, string>> change, CancellationToken cancellationToken);
}

/// <summary>Tags as callers see them: of resources that exist (spec/ssm-control-plane.md §12).</summary>
/// <param name="types">The types of resources there are. The resources of every other type of the API do not exist here.</param>
public sealed class ResourceTags(IEnumerable<ITaggableResources> types)
{
    private readonly Dictionary<string, ITaggableResources> _types = types.ToDictionary(type => type.Type, StringComparer.Ordinal);

    /// <summary>The tags of a resource, by key in ordinal order.</summary>
    /// <exception cref="RefusedException">InvalidResourceId.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ListAsync(
        Tenant tenant, string type, string resourceId, CancellationToken cancellationToken) =>
        _types.TryGetValue(type, out var known) && await known.FindTagsAsync(tenant, resourceId, cancellationToken) is { } tags
            ? new SortedDictionary<string, string>(tags.ToDictionary(), StringComparer.Ordinal)
            : throw NotFound();

    /// <summary>Adds tags; a key that is there gets its new value.</summary>
    /// <exception cref="RefusedException">InvalidResourceId, Validation, TooManyTags, TooManyUpdates.</exception>
    public Task AddAsync(
        Tenant tenant, string type, string resourceId, IReadOnlyList<KeyValuePair<string, string>> added, CancellationToken cancellationToken) =>
        ChangeAsync(tenant, type, resourceId, present => TagRules.Add(present, added), cancellationToken);

    /// <summary>Takes tags away; keys that are not there are ignored.</summary>
    /// <exception cref="RefusedException">InvalidResourceId, TooManyUpdates.</exception>
    public Task RemoveAsync(
        Tenant tenant, string type, string resourceId, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        ChangeAsync(
            tenant,
            type,
            resourceId,
            present =>
            {
                foreach (var key in keys)
                    present.Remove(key);
            },
            cancellationToken);

    private async Task ChangeAsync(
        Tenant tenant, string type, string resourceId, Action<SortedDictionary<string, string>> change, CancellationToken cancellationToken)
    {
        if (!_types.TryGetValue(type, out var known) || !await known.ChangeTagsAsync(tenant, resourceId, change, cancellationToken))
            throw NotFound();
    }

    private static RefusedException NotFound() => new(Refusal.InvalidResourceId, message: null);
}
