using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SsmSessions.Server.Doris;

/// <summary>The Doris front end: the session action, as a frontend of Apache Doris answers it (spec/doris-sessions.md).</summary>
internal static class DorisServer
{
    public static IServiceCollection AddDoris(this IServiceCollection services)
    {
        services.AddSingleton<DorisLogin>();
        services.AddSingleton<DorisEndpoint>();
        return services;
    }

    public static void MapDoris(this IEndpointRouteBuilder app)
    {
        Map("/rest/v1/session", all: false);
        Map("/rest/v1/session/all", all: true);

        void Map(string path, bool all) => app.Map(
            path, (RequestDelegate)(http => app.ServiceProvider.GetRequiredService<DorisEndpoint>().HandleAsync(http, all)));
    }
}
