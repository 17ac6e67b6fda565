using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>Which certificate is shown to whom: by the name that the client asks for, before it is known who it is.</summary>
internal sealed class TlsCertificates
{
    /// <summary>Clients choose the region in AWS's names; more than this many at once are made again when asked for.</summary>
    private const int MostNames = 64;

    private const int LongestLogged = 200;

    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (SslServerAuthenticationOptions Options, DateTimeOffset RenewAt)> _issued = [];
    private readonly ServedNames _served;
    private readonly SslServerAuthenticationOptions? _given;
    private readonly CertificateAuthority? _authority;
    private readonly TimeProvider _clock;
    private readonly ILogger<TlsCertificates> _log;

    /// <exception cref="IOException">The authority's folder cannot be used.</exception>
    public TlsCertificates(IOptions<SsmSessionsOptions> options, RealTime time, ILogger<TlsCertificates> log)
    {
        (_clock, _log) = (time.Clock, log);
        _served = ServedNames.Of(options.Value);
        _given = options.Value.TlsCertificate is { } given ? Show(given) : null;
        if (_given is null || _served.ServesAws)
            _authority = AuthorityOf(options.Value.TlsFolder);
    }

    /// <summary>What issues its certificates; null when they are all given.</summary>
    public CertificateAuthority? Authority => _authority;

    /// <summary>Chooses for a handshake, and remembers at the connection when its client means the real service.</summary>
    /// <exception cref="AuthenticationException">The client asks for a name that is not served.</exception>
    public ValueTask<SslServerAuthenticationOptions> OnConnectionAsync(TlsHandshakeCallbackContext context)
    {
        var name = (context.ClientHelloInfo.ServerName ?? "").ToLowerInvariant();
        var features = context.Connection.Features;
        var tunnel = features.Get<AwsConnection>();
        if (tunnel is null && _served.ServesAws && AwsNames.IsStreamHost(name))
            features.Set(tunnel = new AwsConnection(name));
        if (tunnel is not null)
            return name.Length == 0 || name == tunnel.Name ? new(Issued(tunnel.Name, [tunnel.Name], [])) : throw NotServed(name);
        if (_given is not null)
            return new(_given);
        return name.Length == 0 || _served.Names.Contains(name) || IPAddress.TryParse(name, out _)
            ? new(Issued("", _served.Names, _served.Addresses))
            : throw NotServed(name);
    }

    private SslServerAuthenticationOptions Issued(string key, IReadOnlyList<string> names, IReadOnlyList<IPAddress> addresses)
    {
        var now = _clock.GetUtcNow();
        lock (_lock)
        {
            if (_issued.TryGetValue(key, out var issued) && now < issued.RenewAt)
                return issued.Options;
            if (_issued.Count >= MostNames)
                _issued.Clear();
            var certificate = _authority!.Issue(names, addresses, now);
            var options = Show(SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true));
            _issued[key] = (options, new DateTimeOffset(certificate.NotAfter) - RenewBefore);
            return options;
        }
    }

    private CertificateAuthority AuthorityOf(string? folder) => folder is null
        ? CertificateAuthority.Create(_served, _clock.GetUtcNow())
        : new AuthorityFolder(new TlsFiles(folder), _log).Open(_served, _clock.GetUtcNow());

    /// <summary>Websockets of HTTP/1.1 are all that clients open here.</summary>
    private static SslServerAuthenticationOptions Show(SslStreamCertificateContext certificate) => new()
    {
        ServerCertificateContext = certificate,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };

    private AuthenticationException NotServed(string name)
    {
        _log.ServerNameRefused(LogText.Printable(name, LongestLogged));
        return new AuthenticationException("the client asks for a name that is not served");
    }
}
