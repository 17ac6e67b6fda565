using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Nodes;

/// <summary>Registered nodes in the table.</summary>
/// <remarks>
/// <code>
/// {tenant}/nodes        {id}      the node
/// node/{id}             tenant    {"tenant":"…"}: an id leads to its tenant from anywhere
/// {tenant}/node-count   hybrid    {"count":n}: how many mi-… the tenant has, written together with each of them
/// </code>
/// </remarks>
public sealed class NodeRepository(ITable table) : INodeKeys
{
    /// <summary>The node of an id as last acknowledged by any host, or null.</summary>
    public async ValueTask<StoredNode?> FindAsync(Tenant tenant, string id, CancellationToken cancellationToken)
    {
        if (!NodeId.IsNode(id))
            return null;
        var item = await table.GetAsync(Key(tenant, id), consistent: true, cancellationToken);
        return item is null ? null : Read(tenant, item);
    }

    /// <summary>The tenant that a node registered in, or null.</summary>
    public async ValueTask<Tenant?> FindTenantAsync(string id, CancellationToken cancellationToken)
    {
        if (!NodeId.IsNode(id))
            return null;
        var item = await table.GetAsync(PointerKey(id), consistent: true, cancellationToken);
        return item is null ? null : TenantPointer.Read(item);
    }

    /// <inheritdoc/>
    async ValueTask<NodeKey?> INodeKeys.FindAsync(string nodeId, CancellationToken cancellationToken)
    {
        if (await FindTenantAsync(nodeId, cancellationToken) is not { } tenant)
            return null;
        var stored = await FindAsync(tenant, nodeId, cancellationToken);
        return stored?.Node.Registration.PublicKey is { } key ? new NodeKey(tenant, Convert.FromBase64String(key)) : null;
    }

    /// <summary>Nodes of a tenant in the order of their ids.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="after">The last id seen, or null to begin.</param>
    /// <param name="limit">The most nodes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<ManagedNode>> ListAsync(Tenant tenant, string? after, int limit, CancellationToken cancellationToken)
    {
        var query = new TableQuery(null, $"{tenant}/nodes") { From = SortAfter(after), Limit = limit };
        return [.. (await table.QueryAsync(query, cancellationToken)).Select(item => Read(tenant, item).Node)];
    }

    /// <summary>How many hybrid nodes a tenant has.</summary>
    public async ValueTask<int> CountHybridAsync(Tenant tenant, CancellationToken cancellationToken) =>
        (await ReadCountAsync(tenant, cancellationToken)).Count;

    /// <summary>Replaces a node if nobody changed it since it was read; false if somebody did.</summary>
    internal Task<bool> TryUpdateAsync(StoredNode read, ManagedNode changed, CancellationToken cancellationToken) =>
        table.WriteAsync(Replace(read, changed), cancellationToken);

    /// <summary>Stores a node that is not there; false if it is.</summary>
    internal Task<bool> TryAddAsync(ManagedNode node, CancellationToken cancellationToken) =>
        table.WriteAsync(Add(node), cancellationToken);

    internal static TableWrite Add(ManagedNode node) => TableWrite.Put(ToItem(node, version: 1), Precondition.Absent);

    internal static TableWrite Replace(StoredNode read, ManagedNode changed) =>
        TableWrite.Put(ToItem(changed, read.Version + 1), Precondition.VersionIs(read.Version));

    internal static TableWrite Remove(StoredNode read) =>
        TableWrite.Delete(Key(read.Node.Tenant, read.Node.Id), Precondition.VersionIs(read.Version));

    /// <summary>Makes an id lead to its tenant; fails when it leads somewhere.</summary>
    internal static TableWrite Point(Tenant tenant, string id) =>
        TableWrite.Put(TenantPointer.Item(PointerKey(id), tenant), Precondition.Absent);

    internal static TableWrite Unpoint(string id) => TableWrite.Delete(PointerKey(id));

    /// <summary>The tenant's count of hybrid nodes, and the write that changes it if it is still the same.</summary>
    internal async ValueTask<HybridCount> ReadCountAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var key = new ItemKey($"{tenant}/node-count", "hybrid");
        var item = await table.GetAsync(key, consistent: true, cancellationToken);
        var count = item is null ? 0 : JsonSerializer.Deserialize(item.Body.Span, NodeJson.Default.CountBody)?.Count ?? 0;
        return new HybridCount(key, item, count);
    }

    /// <summary>The sort key from which on come the items after an id. No id goes on with a character below '-'.</summary>
    internal static string? SortAfter(string? id) => id is null ? null : id + "!";

    private static ItemKey Key(Tenant tenant, string id) => new($"{tenant}/nodes", id);

    private static ItemKey PointerKey(string id) => new($"node/{id}", "tenant");

    private static Item ToItem(ManagedNode node, long version) => new(
        Key(node.Tenant, node.Id),
        JsonSerializer.SerializeToUtf8Bytes(new NodeBody(node.Registration, node.Report, node.LastPing), NodeJson.Default.NodeBody))
    {
        Version = version,
    };

    private static StoredNode Read(Tenant tenant, Item item)
    {
        var body = JsonSerializer.Deserialize(item.Body.Span, NodeJson.Default.NodeBody)
            ?? throw new InvalidDataException($"node {item.Key.Sort} has no body");
        var node = new ManagedNode(tenant, item.Key.Sort)
        {
            Registration = body.Registration,
            Report = body.Report,
            LastPing = body.LastPing,
        };
        return new StoredNode(node, item.Version);
    }
}

/// <summary>A node and the version under which it was read.</summary>
public sealed record StoredNode(ManagedNode Node, long Version);

/// <summary>How many hybrid nodes a tenant has, as it was read.</summary>
internal sealed record HybridCount(ItemKey Key, Item? Read, int Count)
{
    /// <summary>The write that makes the count another one, if it is still the one that was read.</summary>
    public TableWrite Become(int count) => TableWrite.Put(
        new Item(Key, JsonSerializer.SerializeToUtf8Bytes(new CountBody(Math.Max(0, count)), NodeJson.Default.CountBody))
        {
            Version = (Read?.Version ?? 0) + 1,
        },
        Attempts.IsStill(Read));
}

/// <summary>The items that lead from a global id to its tenant.</summary>
internal static class TenantPointer
{
    public static Item Item(ItemKey key, Tenant tenant) => new(key, Encoding.UTF8.GetBytes($"{{\"tenant\":\"{tenant}\"}}"));

    public static Tenant Read(Item item)
    {
        using var body = JsonDocument.Parse(item.Body);
        return Tenant.Parse(body.RootElement.GetProperty("tenant").GetString() ?? "");
    }
}

/// <summary>The stored record, version 1.</summary>
internal sealed record NodeBody(NodeRegistration Registration, AgentReport Report, DateTimeOffset? LastPing);

internal sealed record CountBody(int Count);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NodeBody))]
[JsonSerializable(typeof(CountBody))]
internal sealed partial class NodeJson : JsonSerializerContext;
