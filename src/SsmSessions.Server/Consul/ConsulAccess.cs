using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.Consul;

/// <summary>Who gets in at all (DESIGN §7): with tokens everybody, and the token decides; else nobody where there are credentials, and loopback
/// peers where there are none.</summary>
internal sealed class ConsulAccess(IOptions<SsmSessionsOptions> options, LoopbackPeer loopback)
{
    public bool Allows(HttpContext http) =>
        options.Value.ConsulTokens is not null || (options.Value.Credentials is null && loopback.Is(http));
}
