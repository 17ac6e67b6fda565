using SsmSessions.Core.Leases;

namespace SsmSessions.Server.Consul.Catalog;

/// <summary><c>GET /v1/catalog/node/:node</c>: a node by its name, or by its id or the beginning of it, with its services; <c>null</c> when there
/// is none.</summary>
internal sealed class CatalogNodeServices(BlockingQueries queries)
{
    private const int ShortestId = 2;

    public Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var options = ReadOptions.Of(request);
        request.RefuseNamespace();
        var name = request.RequireName("node name");
        return queries.OfCatalogAsync(request, options, (json, state) =>
        {
            if (Find(state, name) is not { } node || !request.Rights.MayRead(ConsulResource.Node, node.Name))
            {
                json.Null();
                return;
            }

            json.Object(json =>
            {
                CatalogJson.Node(json.Name("Node"), node);
                json.Name("Services").Object(json =>
                {
                    foreach (var service in node.Services.Values
                        .Where(service => request.Rights.MayReadService(service.Service))
                        .OrderBy(service => service.Id, StringComparer.Ordinal))
                    {
                        CatalogJson.Service(json.Name(service.Id), service);
                    }
                });
            });
        });
    }

    private static CatalogNode? Find(LeaseState state, string name)
    {
        if (state.Nodes.TryGetValue(name, out var named))
            return named;
        var found = name.Length < ShortestId
            ? []
            : state.Nodes.Values.Where(node => node.Id.StartsWith(name, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray();
        return found.Length == 1 ? found[0] : null;
    }
}
