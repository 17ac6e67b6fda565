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
        services.AddSingleton<AdminAccessRequests>();
        services.AddSingleton<AdminFaults>();
        services.AddSingleton<AdminStore>();
        return services;
    }

    public static void MapAdmin(this IEndpointRouteBuilder app)
    {
        var access = app.ServiceProvider.GetRequiredService<AdminAccess>();
        Map<AdminStore>("GET", "health", (store, http) => store.HealthAsync(http));
        Map<AdminStore>("POST", "reset", (store, http) => store.ResetAsync(http));
        Map<AdminNodes>("GET", "nodes", (nodes, http) => nodes.ListAsync(http));
        Map<AdminNodes>("POST", "nodes", (nodes, http) => nodes.AddAsync(http));
        Map<AdminNodes>("DELETE", "nodes/{id}", (nodes, http) => nodes.RemoveAsync(http));
        Map<AdminSessions>("POST", "sessions", (sessions, http) => sessions.InjectAsync(http));
        Map<AdminAccessRequests>("POST", "access-requests/{id}", (requests, http) => requests.DecideAsync(http));
        Map<AdminFaults>("GET", "faults", (faults, http) => faults.ListAsync(http));
        Map<AdminFaults>("POST", "faults", (faults, http) => faults.AddAsync(http));
        Map<AdminFaults>("DELETE", "faults", (faults, http) => faults.RemoveAllAsync(http));
        Map<AdminFaults>("DELETE", "faults/{id}", (faults, http) => faults.RemoveAsync(http));
        Map<AdminClock>("GET", "clock", (clock, http) => clock.ShowAsync(http));
        Map<AdminClock>("POST", "clock", (clock, http) => clock.MoveAsync(http));

        // Handlers are asked for at the call: some need keys that are read from the store, which opens after the doors are mapped.
        void Map<T>(string method, string path, Func<T, HttpContext, Task> handle)
            where T : notnull => app.MapMethods(
            "/_ssm-sessions/" + path,
            [method],
            (RequestDelegate)(http => access.Allows(http)
                ? AdminJson.HandleAsync(http, _ => handle(http.RequestServices.GetRequiredService<T>(), http))
                : AdminJson.RefuseAsync(
                    http,
                    StatusCodes.Status403Forbidden,
                    "Admin answers loopback peers, or whoever sends the admin token as 'Authorization: Bearer TOKEN'.")));
    }
}
