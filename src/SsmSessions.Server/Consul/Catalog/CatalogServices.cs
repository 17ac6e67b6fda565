using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Catalog;

/// <summary><c>GET /v1/catalog/services</c>: the names of all services, with the tags that any of them has.</summary>
internal sealed class CatalogServices(BlockingQueries queries)
{
    public Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var options = ReadOptions.Of(request);
        request.RefuseNamespace();
        return queries.OfCatalogAsync(request, options, (json, state) =>
        {
            // Not by node: who may read a service may know that it exists.
            var services = state.Nodes.Values.SelectMany(node => node.Services.Values).Where(service => request.Rights.MayReadService(service.Service));
            Write(json, services.ToLookup(service => service.Service, service => service.Tags, StringComparer.Ordinal).Select(
                tags => (tags.Key, tags.SelectMany(list => list).Distinct(StringComparer.Ordinal))));
        });
    }

    private static void Write(GoJsonWriter json, IEnumerable<(string Name, IEnumerable<string> Tags)> services) => json.Object(json =>
    {
        foreach (var (name, tags) in services.OrderBy(service => service.Name, StringComparer.Ordinal))
            json.Name(name).Strings(tags);
    });
}
