using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Catalog;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Health;

/// <summary><c>GET /v1/health/service/:service</c>: the nodes that have a service, with its checks and their own. <c>?passing</c> leaves those out
/// where one of them does not pass.</summary>
internal sealed class HealthService(BlockingQueries queries)
{
    public Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var options = ReadOptions.Of(request);
        request.RefuseNamespace();
        var name = request.RequireName("service name");
        var passing = request.Query.Get("passing") is var text
            && (text.Length == 0 ? request.Query.Has("passing") : GoBool.Parse(text) ?? throw new ConsulException(400, "Invalid value for ?passing"));
        return queries.OfCatalogAsync(request, options, (json, state) => json.Array(
            request.ServiceNodes(state, name).Where(pair => !passing || Checks(pair.Node, pair.Service).All(check => check.Status == CatalogCheck.Passing)),
            static (json, pair) => json.Object(json =>
            {
                CatalogJson.Node(json.Name("Node"), pair.Node);
                CatalogJson.Service(json.Name("Service"), pair.Service);
                json.Name("Checks").Array(Checks(pair.Node, pair.Service), (json, check) => CatalogJson.Check(json, pair.Node, check));
            })));
    }

    /// <summary>The node's own checks, then those of the service.</summary>
    private static IEnumerable<CatalogCheck> Checks(CatalogNode node, CatalogService service) =>
        node.Checks.Values.Where(check => check.ServiceId.Length == 0)
            .Concat(node.Checks.Values.Where(check => check.ServiceId.Equals(service.Id, StringComparison.OrdinalIgnoreCase)));
}
