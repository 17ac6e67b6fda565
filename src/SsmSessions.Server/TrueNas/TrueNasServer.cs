using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SsmSessions.Server.TrueNas;

/// <summary>The TrueNAS front end: <c>auth.sessions</c> and what belongs to it, as the real server answers over a websocket
/// (spec/truenas-sessions.md §6).</summary>
internal static class TrueNasServer
{
    public static IServiceCollection AddTrueNas(this IServiceCollection services)
    {
        services.AddSingleton<SessionRows>();
        services.AddSingleton<SessionEvents>();
        services.AddSingleton<TrueNasLogin>();
        services.AddSingleton<TrueNasMethods>();
        services.AddSingleton<TrueNasEndpoint>();
        return services;
    }

    public static void MapTrueNas(this IEndpointRouteBuilder app)
    {
        Map("/api/current", connection => new JsonRpcWire(connection));
        Map("/api/v25.04.0", connection => new JsonRpcWire(connection));
        Map("/websocket", connection => new DdpWire(connection));

        void Map(string path, Func<TrueNasConnection, TrueNasWire> wire) => app.MapMethods(
            path, ["GET", "CONNECT"], (RequestDelegate)(http => app.ServiceProvider.GetRequiredService<TrueNasEndpoint>().ServeAsync(http, wire)));
    }
}
