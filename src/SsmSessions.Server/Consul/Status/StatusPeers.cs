using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Agent;

namespace SsmSessions.Server.Consul.Status;

/// <summary><c>GET /v1/status/peers</c>: the addresses of all hosts that live.</summary>
internal sealed class StatusPeers(LeaseRegistry registry)
{
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        request.RequireDatacenter();
        var state = await registry.ReadAsync(request.Aborted);
        return ConsulAnswer.Json(json => json.Strings(AgentMember.Servers(state)));
    }
}
