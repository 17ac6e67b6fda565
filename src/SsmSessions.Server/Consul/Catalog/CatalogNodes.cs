namespace SsmSessions.Server.Consul.Catalog;

/// <summary><c>GET /v1/catalog/nodes</c>: all nodes, by name.</summary>
internal sealed class CatalogNodes(BlockingQueries queries)
{
    public Task<ConsulAnswer> ServeAsync(ConsulRequest request) =>
        queries.OfCatalogAsync(request, ReadOptions.Of(request), (json, state) => json.Array(request.Nodes(state), CatalogJson.Node));
}
