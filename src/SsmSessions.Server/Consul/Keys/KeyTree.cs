using SsmSessions.Core.Leases;

namespace SsmSessions.Server.Consul.Keys;

/// <summary>All keys that begin so.</summary>
internal sealed class KeyTree
{
    private readonly LastMade<ulong> _index = new();

    /// <summary>The index of their last change; of all keys' where there is nothing, and for all keys (spec/consul-sessions.md §5).</summary>
    public ulong IndexOf(LeaseState state, string prefix) =>
        prefix.Length == 0 ? state.KeysIndex : _index.Of(state.Keys, prefix, () => state.Keys.IndexUnder(prefix) ?? state.KeysIndex);

    /// <summary>Those that may be read.</summary>
    public static IEnumerable<KeyEntry> Readable(KeyTable keys, string prefix, ConsulRights rights) =>
        keys.Under(prefix).Where(entry => rights.MayRead(ConsulResource.Key, entry.Key));
}
