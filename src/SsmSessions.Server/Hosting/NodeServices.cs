using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Access;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Settings;
using SsmSessions.Core.Tags;

namespace SsmSessions.Server.Hosting;

/// <summary>What Core knows of nodes, their tags, the settings of a tenant and access on request.</summary>
internal static class NodeServices
{
    public static IServiceCollection AddNodes(this IServiceCollection services)
    {
        services.AddSingleton(provider => new NodeConnections(
            provider.GetRequiredService<HostDirectory>(),
            provider.GetRequiredService<FaultRules>(),
            provider.GetRequiredService<IOptions<SsmSessionsOptions>>().Value.HostName));
        services.AddSingleton<NodeRepository>();
        services.AddSingleton<INodeKeys>(provider => provider.GetRequiredService<NodeRepository>());
        services.AddSingleton<NodeDirectory>();
        services.AddSingleton<NodeEnrollment>();
        services.AddSingleton(AgentsOf);
        services.AddSingleton<ActivationRepository>();
        services.AddSingleton<Activations>();
        services.AddSingleton<TierRule>();
        services.AddSingleton<ServiceSettings>();
        services.AddSingleton<AccessRequests>();
        services.AddSingleton<AccessRule>();
        services.AddSingleton<TagRepository>();
        services.AddSingleton<ResourceTags>();
        services.AddSingleton<ITaggableResources, NodeTags>();
        return services;
    }

    private static NodeAgents AgentsOf(IServiceProvider services) => new(
        services.GetRequiredService<NodeRepository>(),
        services.GetRequiredService<ServiceSettings>(),
        services.GetRequiredService<IssuedCredentials>(),
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<RealTime>().Clock);
}
