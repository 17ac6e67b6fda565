using System.Collections.Immutable;

namespace SsmSessions.Core.Leases;

/// <summary>A Consul session: it lives on a node for as long as its checks pass and it is renewed, and holds keys
/// (spec/consul-sessions.md §2, §3.1).</summary>
public sealed record Lease
{
    /// <summary>128 random bits as lower-case hex in the form 8-4-4-4-12.</summary>
    public required string Id { get; init; }

    /// <summary>A label for people; empty for none.</summary>
    public string Name { get; init; } = "";

    /// <summary>The name of its node, as it was sent.</summary>
    public required string Node { get; init; }

    /// <summary>How long its keys stay free after it is invalidated, nanoseconds; at most 60 s take effect, 0 and less is none.</summary>
    public long LockDelay { get; init; }

    /// <summary>What happens to its keys when it is invalidated.</summary>
    public LeaseBehavior Behavior { get; init; }

    /// <summary>Its time to live as it was sent; empty for none.</summary>
    public string TtlText { get; init; } = "";

    /// <summary>Its time to live; zero for none.</summary>
    public TimeSpan Ttl { get; init; }

    /// <summary>Check ids of the older member <c>Checks</c>; empty when it is not shown.</summary>
    public ImmutableArray<string> Checks { get; init; } = [];

    /// <summary>Ids of node checks; null where null was sent.</summary>
    public ImmutableArray<string>? NodeChecks { get; init; }

    /// <summary>Service checks; null where none were sent.</summary>
    public ImmutableArray<ServiceCheck>? ServiceChecks { get; init; }

    /// <summary>The index at which it was created; it never changes afterwards.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The ids of all checks that keep it alive, in the order in which they are looked at.</summary>
    internal IEnumerable<string> AllChecks =>
        Checks.Concat(NodeChecks ?? []).Concat((ServiceChecks ?? []).Select(check => check.Id));
}

/// <summary>A service check of a lease. The namespace is kept and shown, and means nothing (spec/consul-sessions.md §2.2).</summary>
public sealed record ServiceCheck(string Id, string Namespace);

/// <summary>What happens to the keys of a lease that is invalidated. The names are stored: they never change.</summary>
public enum LeaseBehavior
{
    /// <summary>They stay, held by nobody.</summary>
    Release,

    /// <summary>They are deleted.</summary>
    Delete,
}
