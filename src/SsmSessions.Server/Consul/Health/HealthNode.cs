using SsmSessions.Server.Consul.Catalog;

namespace SsmSessions.Server.Consul.Health;

/// <summary><c>GET /v1/health/node/:node</c>: the checks of a node.</summary>
internal sealed class HealthNode(BlockingQueries queries)
{
    public Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var options = ReadOptions.Of(request);
        request.RefuseNamespace();
        var name = request.RequireName("node name");
        return queries.OfCatalogAsync(request, options, (json, state) => json.Checks(
            request.Rights,
            state.Nodes.GetValueOrDefault(name) is { } node && request.Rights.MayRead(ConsulResource.Node, node.Name)
                ? node.Checks.Values.Select(check => (node, check))
                : []));
    }
}
