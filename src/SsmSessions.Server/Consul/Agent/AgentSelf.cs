using System.Globalization;
using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Agent;

/// <summary><c>GET /v1/agent/self</c>: this host as an agent of Consul, as far as clients ask (spec/consul-sessions.md §10).</summary>
internal sealed class AgentSelf(TtlChecks checks, LeaseRegistry registry)
{
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        request.Rights.RequireRead(ConsulResource.Agent, checks.Node);
        var state = await registry.ReadAsync(request.Aborted);
        var node = state.Nodes.GetValueOrDefault(checks.Node)
            ?? new CatalogNode { Name = checks.Node, Id = MemberNodes.IdOf(checks.Node), Carrier = checks.Node };
        return ConsulAnswer.Json(json => json.Object(json =>
        {
            Config(json.Name("Config"), node);
            DebugConfig(json.Name("DebugConfig"), node);
            json.Name("Coord").Null();
            AgentMember.Write(json.Name("Member"), node);
            Stats(json.Name("Stats"), state, node);
            json.Name("Meta").Map(node.Meta);
        }));
    }

    private static void Config(GoJsonWriter json, CatalogNode node) => json.Object(json =>
    {
        json.Name("Datacenter").String(ConsulRequest.LocalDatacenter);
        json.Name("PrimaryDatacenter").String(ConsulRequest.LocalDatacenter);
        json.Name("NodeName").String(node.Name);
        json.Name("NodeID").String(node.Id);
        json.Name("Revision").String("");
        json.Name("Server").Bool(value: true);
        json.Name("Version").String(AgentMember.Version);
    });

    private static void DebugConfig(GoJsonWriter json, CatalogNode node) => json.Object(json =>
    {
        json.Name("Datacenter").String(ConsulRequest.LocalDatacenter);
        json.Name("NodeID").String(node.Id);
        json.Name("NodeName").String(node.Name);
        json.Name("ServerMode").Bool(value: true);
        json.Name("Version").String(AgentMember.Version);
    });

    private static void Stats(GoJsonWriter json, LeaseState state, CatalogNode node) => json.Object(json =>
    {
        var ttls = TtlChecks.OwnOf(node).Count(check => check.Type == TtlChecks.Kind).ToString(CultureInfo.InvariantCulture);
        var leader = AgentMember.Servers(state).FirstOrDefault() ?? "";
        json.Name("agent").Map([new("check_monitors", "0"), new("check_ttls", ttls), new("checks", ttls), new("services", "0")]);
        json.Name("build").Map([new("prerelease", ""), new("revision", ""), new("version", AgentMember.Version)]);
        json.Name("consul").Map([new("known_datacenters", "1"), new("leader_addr", leader), new("server", "true")]);
    });
}
