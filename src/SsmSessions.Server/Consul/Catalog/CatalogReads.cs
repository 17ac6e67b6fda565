using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Catalog;

/// <summary>What reads of the catalog have in common: one index and one thing to wait for, and what a token shows of it
/// (spec/consul-sessions.md §8).</summary>
internal static class CatalogReads
{
    /// <summary>Answers a read of the catalog.</summary>
    /// <param name="queries">The reads.</param>
    /// <param name="request">The request.</param>
    /// <param name="options">Its options.</param>
    /// <param name="write">Writes the result.</param>
    public static Task<ConsulAnswer> OfCatalogAsync(
        this BlockingQueries queries, ConsulRequest request, ReadOptions options, Action<GoJsonWriter, LeaseState> write)
    {
        // Clients that filter rely on it: to leave it out would be a wrong answer.
        if (request.Query.Get("filter").Length > 0)
            throw new ConsulException(400, "Filter expressions are not supported");
        return queries.AnswerAsync(
            request,
            options,
            LeaseTopic.Catalog,
            static state => state.CatalogIndex,
            state => ConsulAnswer.Json(json => write(json, state)));
    }

    /// <summary>The nodes that the caller may see, limited to those with what <c>?node-meta=key:value</c> asks for.</summary>
    public static IEnumerable<CatalogNode> Nodes(this ConsulRequest request, LeaseState state)
    {
        var rights = request.Rights;
        var wanted = request.Query.All("node-meta");
        return state.Nodes.Values.Where(node => rights.MayRead(ConsulResource.Node, node.Name) && wanted.All(pair => Has(node, pair)));
    }

    /// <summary>True when the caller may see a service; a check of no service has an empty name, which everybody may see.</summary>
    public static bool MayReadService(this ConsulRights rights, string name) => name.Length == 0 || rights.MayRead(ConsulResource.Service, name);

    /// <summary>An array of checks with their nodes, but for those that the caller may not see.</summary>
    public static void Checks(this GoJsonWriter json, ConsulRights rights, IEnumerable<(CatalogNode Node, CatalogCheck Check)> checks) => json.Array(
        checks.Where(pair => rights.MayReadService(pair.Check.ServiceName)),
        static (json, pair) => CatalogJson.Check(json, pair.Node, pair.Check));

    /// <summary>The services of a name, with their nodes, that the caller may see; with <c>?tag=</c> those with all the tags.</summary>
    public static IEnumerable<(CatalogNode Node, CatalogService Service)> ServiceNodes(this ConsulRequest request, LeaseState state, string name)
    {
        var tags = request.Query.All("tag").Where(tag => tag.Length > 0).ToArray();
        return
            from node in request.Nodes(state)
            from service in node.Services.Values
            where service.Service.Equals(name, StringComparison.OrdinalIgnoreCase)
                && request.Rights.MayReadService(service.Service)
                && tags.All(tag => service.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase))
            select (node, service);
    }

    private static bool Has(CatalogNode node, string pair)
    {
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        var (name, text) = colon < 0 ? (pair, "") : (pair[..colon], pair[(colon + 1)..]);
        return node.Meta is { } meta && meta.TryGetValue(name, out var value) && value == text;
    }
}
