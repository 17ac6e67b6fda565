using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace SsmSessions.Server.Hosting;

/// <summary>Who counts as a process of this machine (DESIGN §7).</summary>
internal sealed class LoopbackPeer(IOptions<SsmSessionsOptions> options)
{
    private static readonly string[] ForwardingHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];

    /// <summary>True when the peer is a process on this machine that speaks to us directly, by a loopback address. A peer of the unix socket has
    /// no address, and is none.</summary>
    public bool Is(HttpContext http) =>
        options.Value.PublicUrl is null
        && http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)
        && http.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local)
        && IsDirect(http);

    /// <summary>True when nobody says that he speaks for somebody else.</summary>
    public static bool IsDirect(HttpContext http) => !ForwardingHeaders.Any(http.Request.Headers.ContainsKey);
}
