using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsmSessions.Node;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.MessageGateway;

/// <summary>The front end of the data channels.</summary>
internal static class MessageGatewayServer
{
    public static IServiceCollection AddMessageGateway(this IServiceCollection services)
    {
        services.AddSingleton(provider => new LocalNode(NodeOptionsOf(provider), provider.GetRequiredService<RealTime>().Clock));
        services.AddSingleton(provider => new EchoNode(NodeOptionsOf(provider), provider.GetRequiredService<RealTime>().Clock));
        services.AddSingleton<HostedNodes>();
        services.AddSingleton<DataChannelServices>();
        services.AddSingleton<PeerRelay>();
        services.AddSingleton<DataChannelEndpoint>();
        services.AddSingleton<DataChannels>();
        services.AddHostedService(provider => provider.GetRequiredService<DataChannels>());
        services.AddHostedService<MailboxReader>();
        return services;
    }

    /// <summary>The endpoint is made with the first request: what it needs is there once the store is open. It is asked of the application, not of
    /// the request, whose own services would live as long as the channel.</summary>
    public static void MapMessageGateway(this IEndpointRouteBuilder app) => app.MapMethods(
        "/v1/data-channel/{id}",
        ["GET", "CONNECT"],
        (RequestDelegate)(http => app.ServiceProvider.GetRequiredService<DataChannelEndpoint>().ServeAsync(http)));

    private static NodeOptions NodeOptionsOf(IServiceProvider services)
    {
        var log = services.GetRequiredService<ILogger<DataChannel>>();
        var options = services.GetRequiredService<IOptions<SsmSessionsOptions>>().Value;
        var clock = services.GetRequiredService<TimeProvider>();
        return new NodeOptions
        {
            AgentVersion = options.AgentVersion,
            UnexpectedFailure = log.ChannelFailed,
            OpenTranscript = options.TranscriptsFolder is { } folder ? plan => new AsciicastTranscript(folder, plan, clock) : null,
        };
    }
}
