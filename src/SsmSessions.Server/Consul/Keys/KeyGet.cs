using SsmSessions.Core.Leases;

namespace SsmSessions.Server.Consul.Keys;

/// <summary><c>GET /v1/kv/:key</c>: one entry, its bare value, or all that begin so (spec/consul-sessions.md §7.2).</summary>
internal sealed class KeyGet(BlockingQueries queries, KeyTree tree)
{
    private static readonly KeyValuePair<string, string>[] RawHeaders =
        [new("X-Content-Type-Options", "nosniff"), new("Content-Security-Policy", "sandbox")];

    private readonly LastMade<ReadOnlyMemory<byte>> _entry = new();
    private readonly LastMade<ReadOnlyMemory<byte>> _tree = new();

    public Task<ConsulAnswer> ServeAsync(ConsulRequest request, ReadOptions options)
    {
        if (request.Query.Has("recurse"))
            return GetTreeAsync(request, options);
        var key = request.RequireName("key name");
        return queries.AnswerAsync(request, options, LeaseTopic.Key(key), state => IndexOf(state, request, key), state => Show(state.Keys.Find(key), request.Query.Has("raw")));
    }

    /// <summary>The index of a key, or of all keys where there is none; looked at first, so it refuses who may not read.</summary>
    private static ulong IndexOf(LeaseState state, ConsulRequest request, string key)
    {
        request.Rights.RequireRead(ConsulResource.Key, key);
        return state.Keys.Find(key)?.ModifyIndex ?? state.KeysIndex;
    }

    private ConsulAnswer Show(KeyEntry? entry, bool raw)
    {
        if (entry is null)
            return ConsulAnswer.NotFound;
        return raw
            ? ConsulAnswer.Empty.With(RawHeaders) with { Body = entry.Value, ContentType = "text/plain" }
            : ConsulAnswer.Json(_entry.Of(entry, "", () => KeyJson.Render([entry])));
    }

    private Task<ConsulAnswer> GetTreeAsync(ConsulRequest request, ReadOptions options) => queries.AnswerAsync(
        request, options, LeaseTopic.KeysUnder(request.Name), state => tree.IndexOf(state, request.Name), state => ShowTree(state.Keys, request.Name, request.Rights));

    private ConsulAnswer ShowTree(KeyTable keys, string prefix, ConsulRights rights)
    {
        if (rights.MayReadAll(ConsulResource.Key))
            return keys.Under(prefix).Any() ? ConsulAnswer.Json(_tree.Of(keys, prefix, () => KeyJson.Render(keys.Under(prefix)))) : ConsulAnswer.NotFound;
        var entries = KeyTree.Readable(keys, prefix, rights).ToList();
        return entries.Count > 0 ? ConsulAnswer.Json(KeyJson.Render(entries)) : ConsulAnswer.NotFound;
    }
}
