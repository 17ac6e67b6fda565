using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Agent;

namespace SsmSessions.Server.Consul.Status;

/// <summary><c>GET /v1/status/leader</c>: the address of the leader. All hosts are alike, so that it is the first by name that lives.</summary>
internal sealed class StatusLeader(LeaseRegistry registry)
{
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        request.RequireDatacenter();
        var state = await registry.ReadAsync(request.Aborted);
        return ConsulAnswer.Json(json => json.String(AgentMember.Servers(state).FirstOrDefault() ?? ""));
    }
}
