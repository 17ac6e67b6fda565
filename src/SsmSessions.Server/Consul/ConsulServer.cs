using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Store;
using SsmSessions.Server.Consul.Agent;
using SsmSessions.Server.Consul.Catalog;
using SsmSessions.Server.Consul.Health;
using SsmSessions.Server.Consul.Keys;
using SsmSessions.Server.Consul.Sessions;
using SsmSessions.Server.Consul.Status;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.Consul;

/// <summary>The Consul front end: <c>/v1/…</c>, as Consul 1.10.12 answers (spec/consul-sessions.md).</summary>
internal static class ConsulServer
{
    public static IServiceCollection AddConsul(this IServiceCollection services)
    {
        services.AddSingleton<ConsulAccess>();
        services.AddSingleton<ConsulEndpoint>();
        services.AddSingleton<BlockingQueries>();
        services.AddSingleton<SessionCreate>();
        services.AddSingleton<SessionDestroy>();
        services.AddSingleton<SessionInfo>();
        services.AddSingleton<SessionList>();
        services.AddSingleton<SessionNode>();
        services.AddSingleton<SessionRenew>();
        services.AddSingleton<KeyEndpoint>();
        services.AddSingleton<KeyGet>();
        services.AddSingleton<KeyNames>();
        services.AddSingleton<KeyPut>();
        services.AddSingleton<KeyDelete>();
        services.AddSingleton<KeyTree>();
        services.AddSingleton<Transaction>();
        services.AddSingleton<CatalogRegister>();
        services.AddSingleton<CatalogDeregister>();
        services.AddSingleton<CatalogNodes>();
        services.AddSingleton<CatalogNodeServices>();
        services.AddSingleton<CatalogServices>();
        services.AddSingleton<CatalogServiceNodes>();
        services.AddSingleton<HealthNode>();
        services.AddSingleton<HealthState>();
        services.AddSingleton<HealthChecks>();
        services.AddSingleton<HealthService>();
        services.AddSingleton<AgentSelf>();
        services.AddSingleton<AgentMembers>();
        services.AddSingleton<AgentCheckList>();
        services.AddSingleton<AgentCheckRegister>();
        services.AddSingleton<AgentCheckReport>();
        services.AddSingleton<AgentCheckDeregister>();
        services.AddSingleton<AgentMaintenance>();
        services.AddSingleton<StatusLeader>();
        services.AddSingleton<StatusPeers>();
        return services;
    }

    /// <summary>Adds what keeps the catalog true. It begins when the store is ready.</summary>
    public static IServiceCollection AddConsulMembers(this IServiceCollection services)
    {
        services.AddSingleton(MembersOf);
        services.AddHostedService<ConsulMembers>();
        services.AddSingleton<TtlChecks>();
        services.AddHostedService(provider => provider.GetRequiredService<TtlChecks>());
        return services;
    }

    public static void MapConsul(this IEndpointRouteBuilder app)
    {
        var routes = new ConsulRoutes();
        Map<SessionCreate>("/v1/session/create", ["PUT"], (create, request) => create.ServeAsync(request));
        Map<SessionDestroy>("/v1/session/destroy/", ["PUT"], (destroy, request) => destroy.ServeAsync(request));
        Map<SessionInfo>("/v1/session/info/", ["GET"], (info, request) => info.ServeAsync(request));
        Map<SessionList>("/v1/session/list", ["GET"], (list, request) => list.ServeAsync(request));
        Map<SessionNode>("/v1/session/node/", ["GET"], (node, request) => node.ServeAsync(request));
        Map<SessionRenew>("/v1/session/renew/", ["PUT"], (renew, request) => renew.ServeAsync(request));
        Map<KeyEndpoint>("/v1/kv/", ["GET", "PUT", "DELETE"], (keys, request) => keys.ServeAsync(request));
        Map<Transaction>("/v1/txn", ["PUT"], (transaction, request) => transaction.ServeAsync(request));
        Map<CatalogRegister>("/v1/catalog/register", ["PUT"], (register, request) => register.ServeAsync(request));
        Map<CatalogDeregister>("/v1/catalog/deregister", ["PUT"], (deregister, request) => deregister.ServeAsync(request));
        routes.Add(new ConsulRoute("/v1/catalog/datacenters", ["GET"], request => Task.FromResult(CatalogDatacenters.Serve(request))));
        Map<CatalogNodes>("/v1/catalog/nodes", ["GET"], (nodes, request) => nodes.ServeAsync(request));
        Map<CatalogNodeServices>("/v1/catalog/node/", ["GET"], (services, request) => services.ServeAsync(request));
        Map<CatalogServices>("/v1/catalog/services", ["GET"], (services, request) => services.ServeAsync(request));
        Map<CatalogServiceNodes>("/v1/catalog/service/", ["GET"], (nodes, request) => nodes.ServeAsync(request));
        Map<HealthNode>("/v1/health/node/", ["GET"], (node, request) => node.ServeAsync(request));
        Map<HealthState>("/v1/health/state/", ["GET"], (state, request) => state.ServeAsync(request));
        Map<HealthChecks>("/v1/health/checks/", ["GET"], (checks, request) => checks.ServeAsync(request));
        Map<HealthService>("/v1/health/service/", ["GET"], (service, request) => service.ServeAsync(request));
        Map<AgentSelf>("/v1/agent/self", ["GET"], (self, request) => self.ServeAsync(request));
        Map<AgentMembers>("/v1/agent/members", ["GET"], (members, request) => members.ServeAsync(request));
        Map<AgentCheckList>("/v1/agent/checks", ["GET"], (checks, request) => checks.ServeAsync(request));
        Map<AgentCheckRegister>("/v1/agent/check/register", ["PUT"], (register, request) => register.ServeAsync(request));
        Map<AgentCheckReport>("/v1/agent/check/pass/", ["PUT"], (report, request) => report.ServeAsync(request, CatalogCheck.Passing));
        Map<AgentCheckReport>("/v1/agent/check/warn/", ["PUT"], (report, request) => report.ServeAsync(request, CatalogCheck.Warning));
        Map<AgentCheckReport>("/v1/agent/check/fail/", ["PUT"], (report, request) => report.ServeAsync(request, CatalogCheck.Critical));
        Map<AgentCheckReport>("/v1/agent/check/update/", ["PUT"], (report, request) => report.ServeUpdateAsync(request));
        Map<AgentCheckDeregister>("/v1/agent/check/deregister/", ["PUT"], (deregister, request) => deregister.ServeAsync(request));
        Map<AgentMaintenance>("/v1/agent/maintenance", ["PUT"], (maintenance, request) => maintenance.ServeAsync(request));
        Map<StatusLeader>("/v1/status/leader", ["GET"], (leader, request) => leader.ServeAsync(request));
        Map<StatusPeers>("/v1/status/peers", ["GET"], (peers, request) => peers.ServeAsync(request));

        var endpoint = app.ServiceProvider.GetRequiredService<ConsulEndpoint>();
        app.Map("/v1/{**path}", (RequestDelegate)(http => endpoint.HandleAsync(http, routes)));

        void Map<T>(string path, string[] methods, Func<T, ConsulRequest, Task<ConsulAnswer>> serve)
            where T : notnull =>
            routes.Add(new ConsulRoute(path, methods, request => serve(request.Http.RequestServices.GetRequiredService<T>(), request)));
    }

    private static LeaseMembers MembersOf(IServiceProvider services) => new(
        services.GetRequiredService<LeaseRegistry>(),
        services.GetRequiredService<HostMembership>(),
        services.GetRequiredService<HostDirectory>(),
        services.GetRequiredService<NodeRepository>(),
        services.GetRequiredService<ITable>(),
        services.GetRequiredService<RealTime>().Clock);
}
