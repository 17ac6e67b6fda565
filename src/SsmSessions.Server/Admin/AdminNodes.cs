using Microsoft.AspNetCore.Http;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.Admin;

/// <summary>The nodes that hosts carry: listed for all live hosts, added to and removed from this one.</summary>
internal sealed class AdminNodes(HostDirectory hosts, HostMembership host, CarriedSessions carried)
{
    private const string DefaultRegion = "us-east-1";

    /// <summary>All nodes of a host stand in one item of the store.</summary>
    private const int MostNodes = 500;

    public async Task ListAsync(HttpContext http)
    {
        var nodes =
            from h in await hosts.LiveAsync(fresh: true, http.RequestAborted)
            from node in h.Nodes
            let tenant = node.Tenant is { } text ? Tenant.Parse(text) : (Tenant?)null
            select new AdminNode(node.Id, NodeKinds.NameOf(node.Kind), tenant?.Account, tenant?.Region, h.Name);
        await AdminJson.WriteAsync(http, new AdminNodeList([.. nodes]), AdminJsonContext.Default.AdminNodeList);
    }

    public async Task AddAsync(HttpContext http)
    {
        var node = await AdminJson.ReadAsync(http, AdminJsonContext.Default.AdminNode);
        if (node.Id is null || !NodeConnections.IsWellFormed(node.Id))
            throw new AdminRequestException("The id of a node is i-, mi- or ecs: in the forms of Session Manager.");
        if (!NodeKinds.TryParse(node.Kind, out var kind))
            throw new AdminRequestException("The kind of a node is 'local' or 'echo'.");
        if (host.Nodes.Count >= MostNodes)
            throw new AdminRequestException($"A host carries at most {MostNodes} nodes.");
        await host.AddNodeAsync(
            new HostedNode(node.Id, kind, TenantOf(node.Account, node.Region).ToString()), http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task RemoveAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        var tenant = TenantOf(http.Request.Query["account"], http.Request.Query["region"]);
        // A node of the start belongs to every tenant, an added one to its own.
        var isOfTenant = await host.RemoveNodeAsync(id, tenant.ToString(), http.RequestAborted);
        if (!isOfTenant && !await host.RemoveNodeAsync(id, tenant: null, http.RequestAborted))
        {
            await AdminJson.RefuseAsync(http, StatusCodes.Status404NotFound, "This host carries no such node.");
            return;
        }

        carried.EndNode(id, isOfTenant ? tenant : null, SessionEndTexts.NodeGone);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <exception cref="AdminRequestException">Account or region has not its form.</exception>
    internal static Tenant TenantOf(string? account, string? region)
    {
        var tenant = new Tenant(
            account is { Length: > 0 } ? account : Tenant.DefaultAccount, region is { Length: > 0 } ? region : DefaultRegion);
        return tenant.IsWellFormed
            ? tenant
            : throw new AdminRequestException("An account has 12 digits, a region 1 to 32 of the characters a-z, 0-9 and '-'.");
    }
}
