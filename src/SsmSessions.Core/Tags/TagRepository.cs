using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Tags;

/// <summary>The tags of resources in the table, one item for each resource that has any.</summary>
/// <remarks>
/// <code>
/// {tenant}/tags/{resource type}   {resource id}   {"tags":{key: value}}
/// </code>
/// So the tags of one type are read as a range in the order of ids, beside the resources themselves.
/// </remarks>
public sealed class TagRepository(ITable table)
{
    /// <summary>The tags of a resource, by key in ordinal order.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>> FindAsync(
        Tenant tenant, TaggedResource resource, CancellationToken cancellationToken) =>
        await table.GetAsync(Key(tenant, resource), consistent: true, cancellationToken) is { } item ? Read(item) : Empty;

    /// <summary>The tags of all resources of a type whose ids are from one to another, both inclusive, by id.</summary>
    internal async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> ListAsync(
        Tenant tenant, string type, string firstId, string lastId, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        var query = new TableQuery(null, Partition(tenant, type)) { From = firstId, To = lastId + "!" };
        while (true)
        {
            var items = await table.QueryAsync(query, cancellationToken);
            foreach (var item in items)
                found[item.Key.Sort] = Read(item);
            if (items.Count < query.Limit)
                return found;
            query = query with { From = items[^1].Key.Sort + "!" };
        }
    }

    /// <summary>Changes the tags of a resource, whatever others do at the same time.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="change">Changes the given copy, or throws. May be called several times.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">TooManyUpdates, or what <paramref name="change"/> throws.</exception>
    public Task ChangeAsync(
        Tenant tenant, TaggedResource resource, Action<SortedDictionary<string, string>> change, CancellationToken cancellationToken) =>
        Attempts.UntilDoneAsync(async () =>
        {
            var read = await table.GetAsync(Key(tenant, resource), consistent: true, cancellationToken);
            var tags = read is null ? [] : Read(read);
            change(tags);
            if (tags.Count == 0)
                return read is null || await table.WriteAsync(TableWrite.Delete(read.Key, Attempts.IsStill(read)), cancellationToken);
            return await table.WriteAsync(
                TableWrite.Put(ToItem(tenant, resource, tags, (read?.Version ?? 0) + 1), Attempts.IsStill(read)), cancellationToken);
        });

    /// <summary>The write that gives a new resource its tags, for the transaction that makes the resource; null for none.</summary>
    public static TableWrite? Put(Tenant tenant, TaggedResource resource, IReadOnlyDictionary<string, string> tags) =>
        tags.Count == 0 ? null : TableWrite.Put(ToItem(tenant, resource, tags, version: 1));

    /// <summary>The write that takes all tags of a resource away, for the transaction that takes the resource away.</summary>
    public static TableWrite Delete(Tenant tenant, TaggedResource resource) => TableWrite.Delete(Key(tenant, resource));

    private static SortedDictionary<string, string> Empty => new(StringComparer.Ordinal);

    private static string Partition(Tenant tenant, string type) => $"{tenant}/tags/{type}";

    private static ItemKey Key(Tenant tenant, TaggedResource resource) => new(Partition(tenant, resource.Type), resource.Id);

    private static Item ToItem(Tenant tenant, TaggedResource resource, IReadOnlyDictionary<string, string> tags, long version) =>
        new(Key(tenant, resource), JsonSerializer.SerializeToUtf8Bytes(new TagsBody(tags), TagsJson.Default.TagsBody))
        {
            Version = version,
        };

    private static SortedDictionary<string, string> Read(Item item)
    {
        var tags = Empty;
        foreach (var (key, value) in JsonSerializer.Deserialize(item.Body.Span, TagsJson.Default.TagsBody)!.Tags)
            tags[key] = value;
        return tags;
    }
}

/// <summary>Something that carries tags.</summary>
/// <param name="Type">The name of its type in the API: <see cref="Document"/>, <see cref="ManagedInstance"/>.</param>
/// <param name="Id">The document's name, or the node's id.</param>
public sealed record TaggedResource(string Type, string Id)
{
    /// <summary>The type of documents.</summary>
    public const string Document = "Document";

    /// <summary>The type of hybrid nodes.</summary>
    public const string ManagedInstance = "ManagedInstance";
}

/// <summary>The stored record, version 1.</summary>
internal sealed record TagsBody(IReadOnlyDictionary<string, string> Tags);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TagsBody))]
internal sealed partial class TagsJson : JsonSerializerContext;
