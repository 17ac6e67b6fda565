using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;
using SsmSessions.Server.AwsJson;

namespace SsmSessions.Server;

/// <summary>All that a host calls: add, start, map.</summary>
public static class SsmSessionsServer
{
    /// <summary>Adds the service. The host adds an <see cref="ITable"/> of its choice as a singleton.</summary>
    public static IServiceCollection AddSsmSessions(this IServiceCollection services, Action<SsmSessionsOptions>? configure = null)
    {
        services.AddOptions<SsmSessionsOptions>();
        if (configure is not null)
            services.Configure(configure);
        services.AddRoutingCore();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SessionRepository>();
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<NodeConnections>();
        services.AddSingleton<DocumentRepository>();
        services.AddSingleton<DocumentEditor>();
        services.AddSingleton<DocumentSharing>();
        services.AddSingleton<DocumentLibrary>();
        services.AddSingleton<SessionDocuments>();
        services.AddSingleton(provider => new HostDirectory(provider.GetRequiredService<ITable>(), TimeProvider.System));
        services.AddSingleton(_ => new PageTokens(new byte[32]));
        return services.AddAwsJson();
    }

    /// <summary>Maps the doors, one line each.</summary>
    public static IEndpointRouteBuilder MapSsmSessions(this IEndpointRouteBuilder app)
    {
        app.MapAwsJson();
        return app;
    }
}
