using SsmSessions.Server.Consul.Catalog;

namespace SsmSessions.Server.Consul.Health;

/// <summary><c>GET /v1/health/checks/:service</c>: the checks of a service, on all nodes.</summary>
internal sealed class HealthChecks(BlockingQueries queries)
{
    public Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var options = ReadOptions.Of(request);
        request.RefuseNamespace();
        var service = request.RequireName("service name");
        return queries.OfCatalogAsync(request, options, (json, state) => json.Checks(
            request.Rights,
            from node in request.Nodes(state)
            from check in node.Checks.Values
            where check.ServiceName.Equals(service, StringComparison.OrdinalIgnoreCase)
            select (node, check)));
    }
}
