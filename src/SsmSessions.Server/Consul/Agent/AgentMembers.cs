using SsmSessions.Core.Leases;

namespace SsmSessions.Server.Consul.Agent;

/// <summary><c>GET /v1/agent/members</c>: the members; with <c>?wan</c> the hosts alone, by their names over all datacenters.</summary>
internal sealed class AgentMembers(LeaseRegistry registry)
{
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var rights = request.Rights;
        var members = (await registry.ReadAsync(request.Aborted)).Nodes.Values
            .Where(node => node.IsMember && rights.MayRead(ConsulResource.Node, node.Name));
        if (request.Query.Has("wan"))
        {
            members = members.Where(AgentMember.IsServer).Select(
                node => node with { Name = $"{node.Name}.{ConsulRequest.LocalDatacenter}", Carrier = $"{node.Name}.{ConsulRequest.LocalDatacenter}" });
        }

        return ConsulAnswer.Json(json => json.Array(members, AgentMember.Write));
    }
}
