using System.Net;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>What this server is called where it speaks TLS.</summary>
/// <param name="Names">Its own names, lower case, in order.</param>
/// <param name="Addresses">Its own addresses, in order.</param>
/// <param name="ServesAws">True when it also answers for the real service's names.</param>
internal sealed record ServedNames(IReadOnlyList<string> Names, IReadOnlyList<IPAddress> Addresses, bool ServesAws)
{
    /// <summary>Loopback, the public URL's host, and what requests may name besides.</summary>
    public static ServedNames Of(SsmSessionsOptions options)
    {
        List<string> hosts = ["localhost", "127.0.0.1", "::1", .. options.AllowedHosts];
        if (options.PublicUrl is { } url)
            hosts.Add(url.IdnHost);
        var addresses = hosts.Select(host => IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address) ? address : null).OfType<IPAddress>()
            .Where(address => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any));
        return new ServedNames(
            [.. hosts.Select(host => host.ToLowerInvariant()).Where(IsName).Distinct().Order(StringComparer.Ordinal)],
            [.. addresses.Distinct().OrderBy(address => address.ToString(), StringComparer.Ordinal)],
            options.StreamUrl == StreamUrlMode.Aws);
    }

    private static bool IsName(string host) => Uri.CheckHostName(host) == UriHostNameType.Dns && host.All(char.IsAscii);
}
