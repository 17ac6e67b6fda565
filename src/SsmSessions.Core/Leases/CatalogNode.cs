using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace SsmSessions.Core.Leases;

/// <summary>A node of the catalog with its services and checks (spec/consul-sessions.md §10). Names and ids are compared without case.</summary>
public sealed record CatalogNode
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its id, a UUID; empty for none.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its address.</summary>
    public string Address { get; init; } = "";

    /// <summary>Further addresses by name; null where none were sent.</summary>
    public ImmutableSortedDictionary<string, string>? TaggedAddresses { get; init; }

    /// <summary>What else was said of it; null where nothing was sent.</summary>
    public ImmutableSortedDictionary<string, string>? Meta { get; init; }

    /// <summary>Its services by id.</summary>
    public ImmutableSortedDictionary<string, CatalogService> Services { get; init; } = LeaseState.NoServices;

    /// <summary>Its checks by id.</summary>
    public ImmutableSortedDictionary<string, CatalogCheck> Checks { get; init; } = LeaseState.NoChecks;

    /// <summary>The host that carries it, or that it is; null for a node that was registered over the catalog and is nobody's.</summary>
    public string? Carrier { get; init; }

    /// <summary>Whether it is a member at all, that is kept as hosts say.</summary>
    [JsonIgnore]
    public bool IsMember => Carrier is not null;

    /// <summary>The index at which it was registered.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The index of its last change, its services and checks aside.</summary>
    public ulong ModifyIndex { get; init; }

    /// <summary>Whether another says the same of the node, its services, checks and indexes aside.</summary>
    internal bool SaysAs(CatalogNode other) =>
        NameOrder.Same(Name, other.Name)
        && NameOrder.Same(Id, other.Id)
        && Address == other.Address
        && CatalogMaps.Same(TaggedAddresses, other.TaggedAddresses)
        && CatalogMaps.Same(Meta, other.Meta);
}

/// <summary>A service of a node.</summary>
public sealed record CatalogService
{
    /// <summary>Its id, unique on the node.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Service { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Its address; empty for the node's.</summary>
    public string Address { get; init; } = "";

    /// <summary>Its port; 0 for none.</summary>
    public int Port { get; init; }

    /// <summary>What else was said of it; null where nothing was sent.</summary>
    public ImmutableSortedDictionary<string, string>? Meta { get; init; }

    /// <summary>The index at which it was registered.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The index of its last change.</summary>
    public ulong ModifyIndex { get; init; }

    /// <summary>Whether another says the same of the service, its indexes aside.</summary>
    internal bool SaysAs(CatalogService other) =>
        this with { Tags = other.Tags, Meta = other.Meta, CreateIndex = other.CreateIndex, ModifyIndex = other.ModifyIndex } == other
        && Tags.AsSpan().SequenceEqual(other.Tags.AsSpan())
        && CatalogMaps.Same(Meta, other.Meta);
}

/// <summary>A health check of a node.</summary>
public sealed record CatalogCheck
{
    /// <summary>The status that invalidates leases.</summary>
    public const string Critical = "critical";

    /// <summary>The status of a check that passes.</summary>
    public const string Passing = "passing";

    /// <summary>The status of a check that neither passes nor fails; leases live on.</summary>
    public const string Warning = "warning";

    /// <summary>The check that every live member has.</summary>
    public const string SerfHealth = "serfHealth";

    /// <summary>Its id, unique on the node.</summary>
    public required string CheckId { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>passing, warning, critical, or whatever was sent.</summary>
    public string Status { get; init; } = Critical;

    /// <summary>Notes for people.</summary>
    public string Notes { get; init; } = "";

    /// <summary>What it last said.</summary>
    public string Output { get; init; } = "";

    /// <summary>The service that it belongs to; empty for the node's own.</summary>
    public string ServiceId { get; init; } = "";

    /// <summary>The name of that service.</summary>
    public string ServiceName { get; init; } = "";

    /// <summary>The tags of that service.</summary>
    public ImmutableArray<string> ServiceTags { get; init; } = [];

    /// <summary>Its kind, as <c>ttl</c>; empty where it was registered without one.</summary>
    public string Type { get; init; } = "";

    /// <summary>How long a check of kind <c>ttl</c> stays as it is without a word of its owner, a Go duration; empty for others.</summary>
    public string Ttl { get; init; } = "";

    /// <summary>The index at which it was registered.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The index of its last change.</summary>
    public ulong ModifyIndex { get; init; }

    /// <summary>Whether another says the same of the check, its indexes aside.</summary>
    internal bool SaysAs(CatalogCheck other) =>
        this with { ServiceTags = other.ServiceTags, CreateIndex = other.CreateIndex, ModifyIndex = other.ModifyIndex } == other
        && ServiceTags.AsSpan().SequenceEqual(other.ServiceTags.AsSpan());
}

/// <summary>What is said by name.</summary>
internal static class CatalogMaps
{
    public static ImmutableSortedDictionary<string, string> Of(params ReadOnlySpan<(string Name, string Value)> entries)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in entries)
            map.Add(name, value);
        return map.ToImmutable();
    }

    public static bool Same(ImmutableSortedDictionary<string, string>? one, ImmutableSortedDictionary<string, string>? other) =>
        one is null || other is null ? one is null && other is null : one.SequenceEqual(other);
}
