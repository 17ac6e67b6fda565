using Microsoft.AspNetCore.Http;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>A connection whose client means the real service: it asked for one of its names. Such a connection carries websockets and
/// nothing else.</summary>
/// <param name="Name">The name, lower case.</param>
internal sealed record AwsConnection(string Name)
{
    private const int HttpsPort = 443;

    /// <summary>Whether a request names the host that its connection was opened to.</summary>
    public bool IsTo(HostString host) => host.Host.Equals(Name, StringComparison.OrdinalIgnoreCase) && host.Port is null or HttpsPort;

    /// <summary>Whether the real host answers on this path.</summary>
    public static bool Carries(PathString path) =>
        path.StartsWithSegments("/v1/data-channel", StringComparison.Ordinal) || path.StartsWithSegments("/v1/control-channel", StringComparison.Ordinal);
}
