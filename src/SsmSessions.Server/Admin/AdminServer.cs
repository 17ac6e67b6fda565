using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SsmSessions.Server.Admin;

/// <summary>The Admin front end: <c>/_ssm-sessions/…</c>, for tests and operators.</summary>
internal static class AdminServer
{
    public static IServiceCollection AddAdmin(this IServiceCollection services)
    {
        services.AddSingleton<AdminAccess>();
        services.AddSingleton<AdminNodes>();
        services.AddSingleton<AdminSessions>();
        services.AddSingleton<AdminClock>();
        services.AddSingleton<AdminStore>();
        return services;
    }

    public static void MapAdmin(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var access = services.GetRequiredService<AdminAccess>();
        var (nodes, sessions, clock, store) = (
            services.GetRequiredService<AdminNodes>(), services.GetRequiredService<AdminSessions>(),
            services.GetRequiredService<AdminClock>(), services.GetRequiredService<AdminStore>());

        Map("GET", "health", store.HealthAsync);
        Map("POST", "reset", store.ResetAsync);
        Map("GET", "nodes", nodes.ListAsync);
        Map("POST", "nodes", nodes.AddAsync);
        Map("DELETE", "nodes/{id}", nodes.RemoveAsync);
        Map("POST", "sessions", sessions.InjectAsync);
        Map("GET", "clock", clock.ShowAsync);
        Map("POST", "clock", clock.MoveAsync);

        void Map(string method, string path, RequestDelegate handle) => app.MapMethods(
            "/_ssm-sessions/" + path,
            [method],
            (RequestDelegate)(http => access.Allows(http)
                ? AdminJson.HandleAsync(http, handle)
                : AdminJson.RefuseAsync(http, StatusCodes.Status403Forbidden, "Admin answers loopback peers, or whoever sends the admin token as 'Authorization: Bearer TOKEN'.")));
    }
}
