using System.Net;
using Microsoft.AspNetCore.Http;

namespace SsmSessions.Server.Hosting;

/// <summary>Where a request comes from, as operators' views show it: <c>192.0.2.44:51822</c>, <c>[2001:db8::5]:50123</c>,
/// <c>UNIX socket (pid=4242 uid=0 gid=0)</c>.</summary>
internal static class ClientOrigin
{
    /// <summary>The peer's address and port, or its process; null where neither is known.</summary>
    public static string? Of(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address)
            return UnixPeer.Of(http)?.ToString();
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return new IPEndPoint(address, http.Connection.RemotePort).ToString();
    }
}
