using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SsmSessions.Server.AwsJson;

/// <summary>The AwsJson front end: what it needs, and where it listens.</summary>
internal static class AwsJsonServer
{
    public static IServiceCollection AddAwsJson(this IServiceCollection services)
    {
        services.AddSingleton<AwsJsonEndpoint>();
        services.AddSingleton<ActionHandlers>();
        services.AddSingleton<CallerAuthentication>();
        services.AddSingleton<OverdueSessions>();
        services.AddSingleton<StreamUrls>();
        return services;
    }

    /// <summary>Every path that no other front end answers: the path is not used for routing (spec/ssm-control-plane.md §1.1).</summary>
    public static void MapAwsJson(this IEndpointRouteBuilder app)
    {
        var endpoint = app.ServiceProvider.GetRequiredService<AwsJsonEndpoint>();
        app.MapFallback("/{**path}", (RequestDelegate)endpoint.HandleAsync);
    }
}
