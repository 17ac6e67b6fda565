using System.Net;
using SsmSessions.Server.Hosting.Tls;

namespace SsmSessions.Tests.Hosting.Tls;

/// <summary>Names that authorities of tests are for.</summary>
internal static class Names
{
    public static ServedNames Loopback { get; } = new(["localhost"], [IPAddress.Loopback, IPAddress.IPv6Loopback], ServesAws: false);

    public static ServedNames WithAws { get; } = Loopback with { ServesAws = true };
}
