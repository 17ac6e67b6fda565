using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Catalog;

/// <summary><c>PUT /v1/catalog/deregister</c>: a node, or a service or a check of it. What is not there is no error.</summary>
internal sealed class CatalogDeregister(LeaseRegistry registry)
{
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        request.RefuseNamespace();
        var (datacenter, node, service, check) = ("", "", "", "");
        await CatalogBody.DecodeAsync(request, body => body.Object("structs.DeregisterRequest", new Dictionary<string, Action<GoMember>>(StringComparer.Ordinal)
        {
            ["Datacenter"] = name => datacenter = name.String(datacenter),
            ["Node"] = name => node = name.String(node),
            ["ServiceID"] = id => service = id.String(service),
            ["CheckID"] = id => check = id.String(check, "types.CheckID"),
            ["Token"] = token => token.String(""),
        }));
        if (datacenter.Length > 0)
            request.RequireDatacenter(datacenter);
        var rights = request.Rights;
        if (node.Length == 0)
            throw new ConsulException(500, "Must provide node");
        if (!rights.MayWrite(ConsulResource.Node, node))
            RequireService(rights, (await registry.ReadAsync(request.Aborted)).Nodes.GetValueOrDefault(node), service, check);
        await registry.ApplyAsync(
            new Deregister(node, service.Length > 0 ? service : null, check.Length > 0 ? check : null), request.Aborted);
        return ConsulAnswer.True;
    }

    /// <summary>Who may not write the node may still take away services, and checks of services, that he may write.</summary>
    private static void RequireService(ConsulRights rights, CatalogNode? node, string service, string check)
    {
        var name = service.Length > 0
            ? node?.Services.GetValueOrDefault(service)?.Service
            : node?.Checks.GetValueOrDefault(check)?.ServiceName;
        if (string.IsNullOrEmpty(name))
            throw ConsulException.PermissionDenied();
        rights.RequireWrite(ConsulResource.Service, name);
    }
}
