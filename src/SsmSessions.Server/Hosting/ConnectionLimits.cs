using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace SsmSessions.Server.Hosting;

/// <summary>
/// Bounds the connections. How long one may be idle, and what its requests may take before they are understood, are the server's own defaults:
/// 130 s between requests, 30 s and 32 KB for a head, 240 bytes a second for a body.
/// </summary>
internal sealed class ConnectionLimits(IOptions<SsmSessionsOptions> ours) : IPostConfigureOptions<KestrelServerOptions>
{
    public void PostConfigure(string? name, KestrelServerOptions options)
    {
        options.Limits.MaxConcurrentConnections ??= ours.Value.MaxConnections;
        options.Limits.MaxConcurrentUpgradedConnections ??= ours.Value.MaxConnections;
    }
}
