using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using SsmSessions.Server;
using SsmSessions.Server.Hosting.Tls;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Hosting.Tls;

/// <summary>Which certificate a client is shown.</summary>
public sealed class TlsCertificatesTests : IDisposable
{
    private const string Aws = "ssmmessages.us-east-1.amazonaws.com";
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    [Fact]
    public async Task One_certificate_is_for_all_of_the_servers_own_names()
    {
        await using var server = await TestServer.StartAsync(configure: options =>
        {
            options.StreamUrl = StreamUrlMode.Wss;
            options.PublicUrl = new Uri("https://Gateway.Example.com:8443/ssm");
            foreach (var host in new[] { "service.internal", "192.0.2.1", "[2001:db8::1]", "0.0.0.0", "[::]", "*", "+", "not a name", "localhost" })
                options.AllowedHosts.Add(host);
        });

        var shown = await ShownAsync(server, "localhost");

        var names = shown.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["gateway.example.com", "localhost", "service.internal"], names.EnumerateDnsNames());
        Assert.Equal(["127.0.0.1", "192.0.2.1", "2001:db8::1", "::1"], names.EnumerateIPAddresses().Select(address => address.ToString()));
        foreach (var name in new[] { "gateway.example.com", "service.internal", "192.0.2.1", "127.0.0.1", "LOCALHOST" })
            Assert.Equal(shown.Thumbprint, (await ShownAsync(server, name)).Thumbprint);
    }

    [Fact]
    public async Task Each_of_the_real_services_names_has_its_own()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.StreamUrl = StreamUrlMode.Aws);

        var first = await ShownAsync(server, Aws);
        var other = await ShownAsync(server, "ssmmessages.eu-west-1.amazonaws.com");

        Assert.Equal([Aws], first.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
        Assert.NotEqual(first.Thumbprint, other.Thumbprint);
        Assert.Equal(first.Thumbprint, (await ShownAsync(server, Aws)).Thumbprint);
    }

    [Fact]
    public async Task However_many_regions_are_asked_for_few_are_remembered()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.StreamUrl = StreamUrlMode.Aws);
        var first = await ShownAsync(server, Aws);

        for (var region = 0; region < 64; region++)
            await ShownAsync(server, $"ssmmessages.region-{region}.amazonaws.com");

        Assert.NotEqual(first.Thumbprint, (await ShownAsync(server, Aws)).Thumbprint);
    }

    [Fact]
    public async Task A_certificate_is_renewed_in_time()
    {
        var clock = new ManualTimeProvider(Now);
        await using var server = await TestServer.StartAsync(configure: options => options.StreamUrl = StreamUrlMode.Aws, realTime: clock);
        var first = (await ShownAsync(server, Aws), await ShownAsync(server, "localhost"));

        clock.Advance(TimeSpan.FromDays(334));
        Assert.Equal(first.Item1.Thumbprint, (await ShownAsync(server, Aws, clock)).Thumbprint);
        Assert.Equal(first.Item2.Thumbprint, (await ShownAsync(server, "localhost", clock)).Thumbprint);
        clock.Advance(TimeSpan.FromDays(2));

        Assert.NotEqual(first.Item1.Thumbprint, (await ShownAsync(server, Aws, clock)).Thumbprint);
        Assert.NotEqual(first.Item2.Thumbprint, (await ShownAsync(server, "localhost", clock)).Thumbprint);
    }

    [Theory]
    [InlineData(StreamUrlMode.Wss)]
    [InlineData(StreamUrlMode.Aws)]
    public async Task A_given_certificate_is_shown_for_the_servers_own_names(StreamUrlMode mode)
    {
        var issuer = CertificateAuthority.Create(Names.Loopback with { Names = ["gateway.example.com"] }, Now);
        using var given = issuer.Issue(["gateway.example.com"], [], Now);
        await using var server = await TestServer.StartAsync(configure: options =>
        {
            options.StreamUrl = mode;
            options.TlsCertificate = SslStreamCertificateContext.Create(given, additionalCertificates: null, offline: true);
        });

        await using var tls = await Trust.HandshakeAsync(await Trust.DialAsync(server.Url), "gateway.example.com", issuer.Certificate);

        Assert.Equal(given.Thumbprint, ((X509Certificate2)tls.RemoteCertificate!).Thumbprint);
        Assert.Equal(mode == StreamUrlMode.Aws, server.Service<TlsCertificates>().Authority is not null);
        if (mode == StreamUrlMode.Aws)
            Assert.NotEqual(given.Thumbprint, (await ShownAsync(server, Aws)).Thumbprint);
    }

    [Fact]
    public async Task A_kept_authority_is_the_same_after_a_restart()
    {
        var authorities = new List<string>();
        for (var start = 0; start < 2; start++)
        {
            await using var server = await TestServer.StartAsync(configure: options => (options.StreamUrl, options.TlsFolder) = (StreamUrlMode.Wss, _folder));
            await ShownAsync(server, "localhost");
            authorities.Add(server.Authority.Thumbprint);
        }

        Assert.Single(authorities.Distinct());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_stops_the_start()
    {
        var file = Path.Combine(_folder, "a file");
        await File.WriteAllTextAsync(file, "");

        await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(configure: options => (options.StreamUrl, options.TlsFolder) = (StreamUrlMode.Wss, file)));
    }

    [Fact]
    public async Task In_the_mode_ws_no_authority_is_made()
    {
        var folder = Path.Combine(_folder, "tls");
        await using var server = await TestServer.StartAsync(configure: options => options.TlsFolder = folder);

        Assert.False(Directory.Exists(folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<X509Certificate2> ShownAsync(TestServer server, string name, TimeProvider? clock = null)
    {
        await using var tls = await Trust.HandshakeAsync(await Trust.DialAsync(server.Url), name, server.Authority, clock?.GetUtcNow());
        return X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
    }
}
