namespace SsmSessions.Server.Consul.Catalog;

/// <summary><c>GET /v1/catalog/datacenters</c>: the one there is.</summary>
internal static class CatalogDatacenters
{
    public static ConsulAnswer Serve(ConsulRequest request)
    {
        _ = ReadOptions.Of(request);
        return ConsulAnswer.Json(json => json.Strings([ConsulRequest.LocalDatacenter]));
    }
}
