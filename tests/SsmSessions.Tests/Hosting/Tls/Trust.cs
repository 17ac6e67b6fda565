using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Hosting.Tls;

/// <summary>Clients that trust one authority and nothing else.</summary>
internal static class Trust
{
    public static X509ChainPolicy Only(X509Certificate2 authority, DateTimeOffset? at = null)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(authority.RawData));
        if (at is { } date)
            (policy.VerificationTimeIgnored, policy.VerificationTime) = (false, date.UtcDateTime);
        return policy;
    }

    /// <summary>Whether a chain to the authority holds, and what is wrong with it.</summary>
    public static (bool Holds, X509ChainStatusFlags Faults) Check(X509Certificate2 certificate, X509Certificate2 authority, DateTimeOffset? at = null)
    {
        using var chain = new X509Chain { ChainPolicy = Only(authority, at) };
        var holds = chain.Build(certificate);
        return (holds, chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status));
    }

    public static async Task<Stream> DialAsync(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>A handshake that asks for a name, and fails if the certificate is for another or no chain holds.</summary>
    public static async Task<SslStream> HandshakeAsync(Stream stream, string name, X509Certificate2 authority, DateTimeOffset? at = null)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name, CertificateChainPolicy = Only(authority, at) });
        return tls;
    }

    /// <summary>An HTTP client of a server by names that lead to its port, whatever they are; or through it as a proxy.</summary>
    public static SocketsHttpHandler HandlerOf(TestServer server, bool asProxy = false)
    {
        var handler = new SocketsHttpHandler { UseProxy = asProxy, SslOptions = { CertificateChainPolicy = Only(server.Authority) } };
        if (asProxy)
            handler.Proxy = new WebProxy(server.Url);
        else
            handler.ConnectCallback = async (_, _) => await DialAsync(server.Url);
        return handler;
    }
}
