using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace SsmSessions.Server.Hosting;

/// <summary>Who counts as a process of this machine (DESIGN §7).</summary>
internal sealed class LoopbackPeer(IOptions<SsmSessionsOptions> options)
{
    private const string ForwardedPrefix = "X-Forwarded-";

    /// <summary>What proxies tell of themselves and of who asks them. Some tell no more than the scheme, so any of that family counts.</summary>
    private static readonly string[] ForwardingHeaders =
        ["Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Original-Host", "X-ProxyUser-Ip", "True-Client-IP", "CF-Connecting-IP", "Fly-Client-IP"];

    /// <summary>True when the peer is a process on this machine that speaks to us directly, by a loopback address. A peer of the unix socket has
    /// no address, and is none.</summary>
    public bool Is(HttpContext http) =>
        options.Value.PublicUrl is null
        && http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)
        && http.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local)
        && IsDirect(http);

    /// <summary>True when nobody says that he speaks for somebody else.</summary>
    public static bool IsDirect(HttpContext http) =>
        !ForwardingHeaders.Any(http.Request.Headers.ContainsKey)
        && !http.Request.Headers.Keys.Any(name => name.StartsWith(ForwardedPrefix, StringComparison.OrdinalIgnoreCase));
}
