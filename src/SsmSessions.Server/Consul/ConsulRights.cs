using System.Collections.Frozen;

namespace SsmSessions.Server.Consul;

/// <summary>What rights are about (spec/consul-sessions.md §8).</summary>
internal enum ConsulResource
{
    /// <summary>Sessions, by the name of their node.</summary>
    Session,

    /// <summary>Keys, by their name.</summary>
    Key,

    /// <summary>Nodes of the catalog, by their name.</summary>
    Node,

    /// <summary>Services of the catalog, by their name.</summary>
    Service,

    /// <summary>The agent, by the name of its node.</summary>
    Agent,
}

/// <summary>What may be done.</summary>
internal enum ConsulPolicy
{
    Deny,
    Read,
    Write,
}

/// <summary>
/// What a token may do: for each resource rules by the beginning of a name, of which the longest that fits decides; without one it is denied.
/// Who may write may read.
/// </summary>
internal sealed class ConsulRights(IReadOnlyDictionary<ConsulResource, FrozenDictionary<string, ConsulPolicy>> rules)
{
    private static readonly FrozenDictionary<string, ConsulPolicy> NoRules = FrozenDictionary<string, ConsulPolicy>.Empty;

    /// <summary>Everything.</summary>
    public static ConsulRights All { get; } = new(Enum.GetValues<ConsulResource>().ToFrozenDictionary(
        resource => resource,
        _ => new Dictionary<string, ConsulPolicy>(StringComparer.Ordinal) { [""] = ConsulPolicy.Write }.ToFrozenDictionary(StringComparer.Ordinal)));

    /// <summary>Nothing.</summary>
    public static ConsulRights None { get; } = new(FrozenDictionary<ConsulResource, FrozenDictionary<string, ConsulPolicy>>.Empty);

    public bool MayRead(ConsulResource resource, string name) => PolicyOf(resource, name) >= ConsulPolicy.Read;

    public bool MayWrite(ConsulResource resource, string name) => PolicyOf(resource, name) == ConsulPolicy.Write;

    /// <summary>True when everything of a resource may be read, so that nothing needs to be filtered.</summary>
    public bool MayReadAll(ConsulResource resource) =>
        RulesOf(resource) is var rules && rules.ContainsKey("") && rules.Values.All(policy => policy >= ConsulPolicy.Read);

    /// <summary>True when every name that begins so may be written.</summary>
    public bool MayWriteUnder(ConsulResource resource, string prefix) =>
        MayWrite(resource, prefix)
        && RulesOf(resource).All(rule => rule.Value == ConsulPolicy.Write || !rule.Key.StartsWith(prefix, StringComparison.Ordinal));

    /// <exception cref="ConsulException">It may not be read.</exception>
    public void RequireRead(ConsulResource resource, string name) => Require(MayRead(resource, name));

    /// <exception cref="ConsulException">It may not be written.</exception>
    public void RequireWrite(ConsulResource resource, string name) => Require(MayWrite(resource, name));

    /// <exception cref="ConsulException">Not all of it may be written.</exception>
    public void RequireWriteUnder(ConsulResource resource, string prefix) => Require(MayWriteUnder(resource, prefix));

    private static void Require(bool allowed)
    {
        if (!allowed)
            throw ConsulException.PermissionDenied();
    }

    private FrozenDictionary<string, ConsulPolicy> RulesOf(ConsulResource resource) => rules.GetValueOrDefault(resource, NoRules);

    private ConsulPolicy PolicyOf(ConsulResource resource, string name)
    {
        var (longest, policy) = (-1, ConsulPolicy.Deny);
        foreach (var rule in RulesOf(resource))
        {
            if (rule.Key.Length > longest && name.StartsWith(rule.Key, StringComparison.Ordinal))
                (longest, policy) = (rule.Key.Length, rule.Value);
        }

        return policy;
    }
}
