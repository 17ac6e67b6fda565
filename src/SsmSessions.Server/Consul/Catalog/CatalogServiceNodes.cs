namespace SsmSessions.Server.Consul.Catalog;

/// <summary><c>GET /v1/catalog/service/:service</c>: the nodes that have a service.</summary>
internal sealed class CatalogServiceNodes(BlockingQueries queries)
{
    public Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var options = ReadOptions.Of(request);
        request.RefuseNamespace();
        var name = request.RequireName("service name");
        return queries.OfCatalogAsync(request, options, (json, state) => json.Array(
            request.ServiceNodes(state, name), static (json, pair) => CatalogJson.ServiceNode(json, pair.Node, pair.Service)));
    }
}
