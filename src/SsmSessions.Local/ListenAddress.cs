using System.Globalization;
using System.Net;

namespace SsmSessions.Local;

/// <summary>An address of <c>--urls</c>.</summary>
/// <param name="Host">A name or address; <c>*</c> and <c>+</c> are every address.</param>
/// <param name="Port">0 picks a free one.</param>
/// <param name="IsHttps">True for https.</param>
internal sealed record ListenAddress(string Host, int Port, bool IsHttps)
{
    public bool IsLoopback =>
        Host == "localhost" || (IPAddress.TryParse(Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    public static ListenAddress? TryParse(string url)
    {
        var https = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!https && !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return null;
        var authority = url[(https ? 8 : 7)..].TrimEnd('/');
        var colon = authority.LastIndexOf(':');
        var hasPort = colon > authority.LastIndexOf(']');
        var host = hasPort ? authority[..colon] : authority;
        var port = https ? 443 : 80;
        if (hasPort && !int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            return null;
        var isHost = host is "*" or "+" || Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown;
        return isHost && port <= ushort.MaxValue ? new ListenAddress(host, port, https) : null;
    }
}
