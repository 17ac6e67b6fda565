namespace SsmSessions.Core.Leases;

/// <summary>Something that can change and be waited for.</summary>
/// <param name="Kind">What.</param>
/// <param name="Name">Which: a key, a prefix, a lease's id in lower case; empty where there is only one.</param>
public readonly record struct LeaseTopic(LeaseTopicKind Kind, string Name)
{
    /// <summary>Any lease comes or goes.</summary>
    public static LeaseTopic Leases => new(LeaseTopicKind.Leases, "");

    /// <summary>Any node, service or check changes.</summary>
    public static LeaseTopic Catalog => new(LeaseTopicKind.Catalog, "");

    /// <summary>One lease comes or goes.</summary>
    public static LeaseTopic Lease(string id) => new(LeaseTopicKind.Lease, id.ToLowerInvariant());

    /// <summary>One key changes.</summary>
    public static LeaseTopic Key(string key) => new(LeaseTopicKind.Key, key);

    /// <summary>Any key that begins so changes; empty is every key.</summary>
    public static LeaseTopic KeysUnder(string prefix) => new(LeaseTopicKind.KeysUnder, prefix);
}

/// <summary>The kinds of <see cref="LeaseTopic"/>.</summary>
public enum LeaseTopicKind
{
    /// <summary>All leases.</summary>
    Leases,

    /// <summary>One lease.</summary>
    Lease,

    /// <summary>One key.</summary>
    Key,

    /// <summary>The keys of a prefix.</summary>
    KeysUnder,

    /// <summary>Nodes, services and checks.</summary>
    Catalog,
}
