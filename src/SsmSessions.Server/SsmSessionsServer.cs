using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;
using SsmSessions.Core.Tags;
using SsmSessions.Server.Admin;
using SsmSessions.Server.AwsJson;
using SsmSessions.Server.Consul;
using SsmSessions.Server.Doris;
using SsmSessions.Server.Hosting;
using SsmSessions.Server.Hosting.Faults;
using SsmSessions.Server.Hosting.Tls;
using SsmSessions.Server.MessageGateway;
using SsmSessions.Server.TrueNas;

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
        services.TryAddSingleton(new RealTime(TimeProvider.System));
        services.AddSingleton<SessionRepository>();
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<SessionNumbers>();
        services.AddSingleton<SessionActivity>();
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<SessionChannels>();
        services.AddSingleton<SessionCarriers>();
        services.AddSingleton<CarriedSessions>();
        services.AddSingleton(provider => new HostMailbox(
            provider.GetRequiredService<ITable>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<RealTime>().Clock));
        services.AddSingleton(LeasesOf);
        services.AddSingleton(FaultsOf);
        services.AddSingleton<CallFaults>();
        services.AddNodes();
        services.AddSingleton<DocumentRepository>();
        services.AddSingleton<DocumentEditor>();
        services.AddSingleton<DocumentSharing>();
        services.AddSingleton<DocumentLibrary>();
        services.AddSingleton<SessionDocuments>();
        services.AddSingleton<ITaggableResources, DocumentTags>();
        services.AddSingleton(provider => new HostDirectory(provider.GetRequiredService<ITable>(), provider.GetRequiredService<RealTime>().Clock));
        services.AddSingleton(MembershipOf);
        services.AddSingleton<LoadedKeys>();
        services.AddSingleton(provider => new IssuedCredentials(provider.GetRequiredService<LoadedKeys>().IssuedCredentials));
        services.AddSingleton(AuthenticatorOf);
        services.AddSingleton(provider => new PageTokens(provider.GetRequiredService<LoadedKeys>().PageTokens));
        services.AddHostedService<StoreStartup>();
        services.AddConsulMembers();
        services.AddSingleton<Housekeeping>();
        services.AddHostedService(provider => provider.GetRequiredService<Housekeeping>());
        services.AddTransient<IStartupFilter, GuardFilter>();
        services.AddSingleton<IPostConfigureOptions<KestrelServerOptions>, ConnectionLimits>();
        services.AddSingleton<TlsCertificates>();
        services.AddSingleton<LoopbackPeer>();
        services.AddAwsJson();
        services.AddMessageGateway();
        services.AddConsul();
        services.AddDoris();
        services.AddTrueNas();
        services.AddAdmin();
        return services;
    }

    /// <summary>Maps the doors, one line each.</summary>
    public static IEndpointRouteBuilder MapSsmSessions(this IEndpointRouteBuilder app)
    {
        app.MapAwsJson();
        if (app.ServiceProvider.GetRequiredService<IOptions<SsmSessionsOptions>>().Value.ControlPlaneOnly)
        {
            app.MapSweep();
            return app;
        }

        app.MapMessageGateway();
        app.MapConsul();
        app.MapDoris();
        app.MapTrueNas();
        app.MapAdmin();
        return app;
    }

    private static RequestAuthenticator AuthenticatorOf(IServiceProvider services) => new(
        services.GetRequiredService<IOptions<SsmSessionsOptions>>().Value.Credentials,
        services.GetRequiredService<IssuedCredentials>(),
        services.GetRequiredService<INodeKeys>(),
        services.GetRequiredService<RealTime>().Clock,
        services.GetRequiredService<TimeProvider>());

    private static LeaseRegistry LeasesOf(IServiceProvider services) => new(
        services.GetRequiredService<ITable>(),
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<RealTime>().Clock,
        services.GetRequiredService<ILogger<LeaseRegistry>>().LeasesFailed);

    private static FaultRules FaultsOf(IServiceProvider services) => new(
        services.GetRequiredService<ITable>(),
        services.GetRequiredService<IOptions<SsmSessionsOptions>>().Value.HostName,
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<RealTime>().Clock);

    private static HostMembership MembershipOf(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<SsmSessionsOptions>>().Value;
        return new HostMembership(
            services.GetRequiredService<HostDirectory>(),
            services.GetRequiredService<ITable>(),
            services.GetRequiredService<RealTime>().Clock,
            options.HostName,
            options.PeerUrl,
            options.Nodes);
    }
}
