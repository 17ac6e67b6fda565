using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Catalog;

namespace SsmSessions.Server.Consul.Agent;

/// <summary><c>GET /v1/agent/checks</c>: the checks that the agent knows, by id.</summary>
internal sealed class AgentCheckList(TtlChecks checks, LeaseRegistry registry)
{
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        request.RefuseNamespace();
        var rights = request.Rights;
        var node = (await registry.ReadAsync(request.Aborted)).Nodes.GetValueOrDefault(checks.Node);
        return ConsulAnswer.Json(json => json.Object(json =>
        {
            foreach (var check in TtlChecks.OwnOf(node).Where(MayRead).OrderBy(check => check.CheckId, StringComparer.Ordinal))
                CatalogJson.Check(json.Name(check.CheckId), node!, check with { CreateIndex = 0, ModifyIndex = 0 });
        }));

        bool MayRead(CatalogCheck check) => check.ServiceName.Length > 0
            ? rights.MayRead(ConsulResource.Service, check.ServiceName)
            : rights.MayRead(ConsulResource.Node, checks.Node);
    }
}
