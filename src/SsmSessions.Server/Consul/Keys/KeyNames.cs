using SsmSessions.Core.Leases;

namespace SsmSessions.Server.Consul.Keys;

/// <summary><c>GET /v1/kv/:prefix?keys</c>: names only, cut behind a separator where one is given (spec/consul-sessions.md §7.2).</summary>
internal sealed class KeyNames(BlockingQueries queries, KeyTree tree)
{
    private readonly LastMade<ReadOnlyMemory<byte>> _rendered = new();

    public Task<ConsulAnswer> ServeAsync(ConsulRequest request, ReadOptions options)
    {
        // The misspelt name is older, and still heard.
        var separator = request.Query.Get(request.Query.Has("separator") ? "separator" : "seperator");
        return queries.AnswerAsync(
            request,
            options,
            LeaseTopic.KeysUnder(request.Name),
            state => tree.IndexOf(state, request.Name),
            state => Show(state.Keys, request.Name, separator, request.Rights));
    }

    private ConsulAnswer Show(KeyTable keys, string prefix, string separator, ConsulRights rights)
    {
        if (prefix.Length > 0 && !KeyTree.Readable(keys, prefix, rights).Any())
            return ConsulAnswer.NotFound;
        var json = rights.MayReadAll(ConsulResource.Key)
            ? _rendered.Of(keys, prefix + "\0" + separator, () => Render(keys.Under(prefix), prefix, separator))
            : Render(KeyTree.Readable(keys, prefix, rights), prefix, separator);
        return ConsulAnswer.Json(json);
    }

    private static ReadOnlyMemory<byte> Render(IEnumerable<KeyEntry> entries, string prefix, string separator)
    {
        var json = new Go.GoJsonWriter();
        json.Strings(Names(entries, prefix, separator));
        return json.Written;
    }

    private static IEnumerable<string> Names(IEnumerable<KeyEntry> entries, string prefix, string separator)
    {
        HashSet<string> seen = [];
        foreach (var key in entries.Select(entry => entry.Key))
        {
            var at = separator.Length == 0 ? -1 : key.IndexOf(separator, prefix.Length, StringComparison.Ordinal);
            var name = at < 0 ? key : key[..(at + separator.Length)];
            if (at < 0 || seen.Add(name))
                yield return name;
        }
    }
}
