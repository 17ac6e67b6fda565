using SsmSessions.Server.Consul.Catalog;

namespace SsmSessions.Server.Consul.Health;

/// <summary><c>GET /v1/health/state/:state</c>: the checks of a status, or with <c>any</c> all, by node and id.</summary>
internal sealed class HealthState(BlockingQueries queries)
{
    private const string Any = "any";

    public Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var options = ReadOptions.Of(request);
        request.RefuseNamespace();
        var status = request.RequireName("check state");
        return queries.OfCatalogAsync(request, options, (json, state) => json.Checks(
            request.Rights,
            from node in request.Nodes(state)
            from check in node.Checks.Values
            where status == Any || check.Status.Equals(status, StringComparison.OrdinalIgnoreCase)
            select (node, check)));
    }
}
