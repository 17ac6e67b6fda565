using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Nodes;

/// <summary>Activations in the table.</summary>
/// <remarks>
/// <code>
/// {tenant}/activations   {id}      the activation
/// activation/{id}        tenant    {"tenant":"…"}: a node that registers knows the id only
/// </code>
/// </remarks>
public sealed class ActivationRepository(ITable table)
{
    /// <summary>The most rows that one filtered list looks at.</summary>
    private const int ScanLimit = 1_000;

    /// <summary>The activation of an id, whichever tenant it belongs to, as last acknowledged by any host; or null.</summary>
    internal async ValueTask<StoredActivation?> FindAnywhereAsync(string id, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out _))
            return null;
        var pointer = await table.GetAsync(PointerKey(id), consistent: true, cancellationToken);
        return pointer is null ? null : await FindAsync(TenantPointer.Read(pointer), id, cancellationToken);
    }

    /// <summary>Stores a new activation and makes its id lead to its tenant.</summary>
    internal async Task AddAsync(Activation activation, CancellationToken cancellationToken)
    {
        TableWrite[] writes =
        [
            TableWrite.Put(ToItem(activation, version: 1), Precondition.Absent),
            TableWrite.Put(TenantPointer.Item(PointerKey(activation.Id), activation.Tenant), Precondition.Absent),
        ];
        if (!await table.WriteAsync(writes, cancellationToken))
            throw new InvalidOperationException($"the activation id {activation.Id} was drawn twice");
    }

    /// <summary>Takes an activation away; false when the tenant has none of this id.</summary>
    internal Task<bool> RemoveAsync(Tenant tenant, string id, CancellationToken cancellationToken) =>
        table.WriteAsync(
            [TableWrite.Delete(Key(tenant, id), Precondition.Present), TableWrite.Delete(PointerKey(id))], cancellationToken);

    internal static TableWrite Replace(StoredActivation read, Activation changed) =>
        TableWrite.Put(ToItem(changed, read.Version + 1), Precondition.VersionIs(read.Version));

    /// <summary>A page of a tenant's activations, in the order of their ids.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="filter">What it is limited to.</param>
    /// <param name="after">The last id seen, or null to begin.</param>
    /// <param name="limit">The most activations.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<ActivationPage> ListAsync(
        Tenant tenant, ActivationFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        var scan = filter == new ActivationFilter() ? limit : ScanLimit;
        var query = new TableQuery(null, $"{tenant}/activations") { From = NodeRepository.SortAfter(after), Limit = scan + 1 };
        var items = await table.QueryAsync(query, cancellationToken);
        var found = new List<Activation>();
        foreach (var item in items.Take(scan))
        {
            var activation = Read(tenant, item).Activation;
            if (!filter.Matches(activation))
                continue;
            if (found.Count == limit)
                return new ActivationPage(found, found[^1].Id);
            found.Add(activation);
        }

        return new ActivationPage(found, items.Count > scan ? items[scan - 1].Key.Sort : null);
    }

    private async ValueTask<StoredActivation?> FindAsync(Tenant tenant, string id, CancellationToken cancellationToken) =>
        await table.GetAsync(Key(tenant, id), consistent: true, cancellationToken) is { } item ? Read(tenant, item) : null;

    private static ItemKey Key(Tenant tenant, string id) => new($"{tenant}/activations", id);

    private static ItemKey PointerKey(string id) => new($"activation/{id}", "tenant");

    private static Item ToItem(Activation activation, long version) => new(
        Key(activation.Tenant, activation.Id),
        JsonSerializer.SerializeToUtf8Bytes(
            new ActivationBody
            {
                CodeHash = activation.CodeHash,
                IamRole = activation.IamRole,
                Description = activation.Description,
                DefaultInstanceName = activation.DefaultInstanceName,
                RegistrationLimit = activation.RegistrationLimit,
                RegistrationsCount = activation.RegistrationsCount,
                ExpirationDate = activation.ExpirationDate,
                CreatedDate = activation.CreatedDate,
                Tags = activation.Tags.Count == 0 ? null : activation.Tags,
            },
            ActivationJson.Default.ActivationBody))
    {
        Version = version,
    };

    private static StoredActivation Read(Tenant tenant, Item item)
    {
        var body = JsonSerializer.Deserialize(item.Body.Span, ActivationJson.Default.ActivationBody)
            ?? throw new InvalidDataException($"activation {item.Key.Sort} has no body");
        var activation = new Activation(tenant, item.Key.Sort)
        {
            CodeHash = body.CodeHash,
            IamRole = body.IamRole,
            Description = body.Description,
            DefaultInstanceName = body.DefaultInstanceName,
            RegistrationLimit = body.RegistrationLimit,
            RegistrationsCount = body.RegistrationsCount,
            ExpirationDate = body.ExpirationDate,
            CreatedDate = body.CreatedDate,
            Tags = body.Tags ?? FrozenDictionary<string, string>.Empty,
        };
        return new StoredActivation(activation, item.Version);
    }
}

/// <summary>An activation and the version under which it was read.</summary>
internal sealed record StoredActivation(Activation Activation, long Version);

/// <summary>The stored record, version 1.</summary>
internal sealed class ActivationBody
{
    public required string CodeHash { get; init; }

    public required string IamRole { get; init; }

    public string? Description { get; init; }

    public string? DefaultInstanceName { get; init; }

    public required int RegistrationLimit { get; init; }

    public int RegistrationsCount { get; init; }

    public required DateTimeOffset ExpirationDate { get; init; }

    public required DateTimeOffset CreatedDate { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ActivationBody))]
internal sealed partial class ActivationJson : JsonSerializerContext;
