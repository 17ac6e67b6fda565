using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>TLS and the proxy on a port of plain HTTP.</summary>
public static class OnePortListening
{
    /// <summary>
    /// Lets an http address also speak TLS and be a proxy to itself, as <see cref="SsmSessionsOptions.StreamUrl"/> asks for. In the mode
    /// <see cref="StreamUrlMode.Ws"/> nothing is put into the way of connections.
    /// </summary>
    /// <exception cref="IOException">When the server starts: the folder of the certificate authority cannot be used.</exception>
    public static ListenOptions UseSsmSessionsTls(this ListenOptions listen)
    {
        var services = listen.ApplicationServices;
        var mode = services.GetRequiredService<IOptions<SsmSessionsOptions>>().Value.StreamUrl;
        if (mode == StreamUrlMode.Ws)
            return listen;
        listen.Use(http => new OnePort(
            BrokenHandshakes.Around(TlsBefore(http, services)),
            http,
            // As long as Kestrel itself waits for a first request.
            listen.KestrelServerOptions.Limits.KeepAliveTimeout,
            mode == StreamUrlMode.Aws,
            services.GetRequiredService<RealTime>().Clock,
            services.GetRequiredService<ILogger<OnePort>>()).OnConnectionAsync);
        return listen;
    }

    /// <summary>
    /// Kestrel's TLS in front of what follows. It can be had for a listener as a whole only, all of whose connections must then speak
    /// it: so it is put on a listener that never listens, and taken from there.
    /// </summary>
    private static ConnectionDelegate TlsBefore(ConnectionDelegate http, IServiceProvider services)
    {
        var certificates = services.GetRequiredService<TlsCertificates>();
        ConnectionDelegate tls = http;
        new KestrelServerOptions { ApplicationServices = services }.Listen(
            IPAddress.Loopback,
            port: 0,
            unused =>
            {
                unused.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = certificates.OnConnectionAsync });
                unused.Use(_ => http);
                tls = unused.Build();
            });
        return tls;
    }
}
