using System.Collections.Frozen;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsmSessions.Server.Hosting.Tls;

namespace SsmSessions.Server.Hosting;

/// <summary>
/// Keeps web pages out: the Host must be a name that this server is known by (a page whose name was rebound to loopback has
/// another), and an Origin, which only browsers send, must be allowed by option. Where they send none, they say whether a page
/// elsewhere asks (Sec-Fetch-Site). No CORS headers are ever sent. A connection to the real
/// service's name carries requests to that name only, and those for websockets only.
/// </summary>
internal sealed class ForeignRequestGuard(RequestDelegate next, IOptions<SsmSessionsOptions> options, ILogger<ForeignRequestGuard> log)
{
    private const int LongestLogged = 200;
    private const string AnyHost = "*";
    private const string FetchSite = "Sec-Fetch-Site";

    private readonly FrozenSet<string> _hosts = KnownHosts(options.Value);
    private readonly FrozenSet<string> _origins = options.Value.AllowedOrigins.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly bool _servesAws = options.Value.StreamUrl == StreamUrlMode.Aws;

    public Task InvokeAsync(HttpContext http)
    {
        var aws = _servesAws ? http.Features.Get<AwsConnection>() : null;
        if (!(aws?.IsTo(http.Request.Host) ?? IsKnown(http.Request.Host.Host, http)))
            return RefuseAsync(http, "Host", http.Request.Host.Value ?? "", "--allow-host");
        var origin = http.Request.Headers.Origin;
        if (origin.Count > 0 && !_origins.Contains(origin.ToString()))
            return RefuseAsync(http, "Origin", origin.ToString(), "--allow-origin");
        if (origin.Count == 0 && IsEmbedded(http.Request))
            return RefuseAsync(http, FetchSite, http.Request.Headers[FetchSite].ToString(), "--allow-origin");
        if (aws is not null && !AwsConnection.Carries(http.Request.Path))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return next(http);
    }

    /// <summary>True for what a browser loads for a page of another origin without naming that origin: images, scripts, frames, and what
    /// is fetched without CORS. A link that is followed is none of these.</summary>
    private static bool IsEmbedded(HttpRequest request) =>
        request.Headers[FetchSite].ToString() is not ("" or "none" or "same-origin")
        && !(HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document");

    private bool IsKnown(string host, HttpContext http)
    {
        if (_hosts.Contains(host) || _hosts.Contains(AnyHost))
            return true;
        // An address is no name that could be rebound; it is ours when it is where the request came in.
        return IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address)
            && (IPAddress.IsLoopback(address) || (http.Connection.LocalIpAddress is { } local && address.Equals(local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local)));
    }

    private Task RefuseAsync(HttpContext http, string header, string value, string option)
    {
        log.ForeignRequest(header, LogText.Printable(value, LongestLogged));
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsync($"This {header} is not allowed here. The server's option {option} allows it.\n");
    }

    private static FrozenSet<string> KnownHosts(SsmSessionsOptions options)
    {
        IEnumerable<string> names = ["localhost", "127.0.0.1", "[::1]", "::1", .. options.AllowedHosts];
        if (options.PublicUrl is { } url)
            names = names.Append(url.Host);
        if (Uri.TryCreate(options.PeerUrl, UriKind.Absolute, out var peerUrl))
            names = names.Append(peerUrl.Host);
        return names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }
}
