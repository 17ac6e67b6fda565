using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SsmSessions.Server.Hosting.Tls;
using SsmSessions.Testing;
using SsmSessions.Tests.AwsJson;
using SsmSessions.Tests.Hosting.Tls;

namespace SsmSessions.Tests.Local;

/// <summary>The executable with <c>--stream-url</c>, and a real client on it.</summary>
public sealed class StreamUrlTests : IDisposable
{
    private const string Aws = "https://ssmmessages.us-east-1.amazonaws.com";

    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    [Theory]
    [InlineData("ws", "ws://127.0.0.1:")]
    [InlineData("wss", "wss://127.0.0.1:")]
    [InlineData("aws", "wss://ssmmessages.us-east-1.amazonaws.com/v1/data-channel/")]
    public async Task The_mode_is_an_option(string mode, string start)
    {
        await using var service = await ServiceProcess.StartAsync("--data", _folder, "--node", "*=echo", "--stream-url", mode);

        var answer = await WireRequest.Of("StartSession", """{"Target":"i-12345678"}""").SendAsync(service.Http);

        Assert.Contains($"\"StreamUrl\":\"{start}", answer.Body, StringComparison.Ordinal);
        Assert.Equal(mode != "ws", Directory.Exists(Path.Combine(_folder, "tls")));
        Assert.Equal(0, await service.StopAsync());
    }

    [Fact]
    public async Task Curl_gets_through_the_proxy_with_the_authority_that_was_made_and_not_without()
    {
        await using var service = await ServiceProcess.StartAsync("--store", "memory", "--stream-url", "aws", "--data", _folder);
        var (proxy, authority) = (service.Url.ToString(), new TlsFiles(Path.Combine(_folder, "tls")).Authority);

        Assert.Equal((0, "404"), await CurlAsync("--proxy", proxy, "--cacert", authority, Aws + "/_ssm-sessions/health"));
        Assert.Equal((60, "000"), await CurlAsync("--proxy", proxy, Aws + "/"));
        Assert.Equal((56, "000"), await CurlAsync("--proxy", proxy, "--cacert", authority, "https://ssm.us-east-1.amazonaws.com/"));
        Assert.Equal((0, "200"), await CurlAsync("--cacert", authority, $"https://localhost:{service.Url.Port}/_ssm-sessions/health"));
        Assert.Equal((0, "200"), await CurlAsync("--cacert", authority, $"https://127.0.0.1:{service.Url.Port}/_ssm-sessions/health"));
        Assert.Equal((0, "200"), await CurlAsync($"http://127.0.0.1:{service.Url.Port}/_ssm-sessions/health"));
    }

    [Fact]
    public async Task A_given_certificate_serves_wss_with_those_between_and_makes_no_authority()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var root = Issue("CN=root", issuer: null, now);
        using var between = Issue("CN=between", root, now);
        using var given = new CertificateAuthority(between).Issue(["localhost"], [], now);
        var (certificate, key) = (Path.Combine(_folder, "cert.pem"), Path.Combine(_folder, "key.pem"));
        using var privateKey = given.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(certificate, given.ExportCertificatePem() + "\n" + between.ExportCertificatePem());
        await File.WriteAllTextAsync(key, privateKey.ExportPkcs8PrivateKeyPem());
        await using var service = await ServiceProcess.StartAsync(
            "--store", "memory", "--stream-url", "wss", "--data", Path.Combine(_folder, "data"), "--tls-cert", certificate, "--tls-key", key);

        await using var tls = await Trust.HandshakeAsync(await Trust.DialAsync(service.Url), "localhost", root);

        Assert.Equal(given.GetSerialNumberString(), tls.RemoteCertificate!.GetSerialNumberString());
        Assert.False(Directory.Exists(Path.Combine(_folder, "data")));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_told_in_one_line()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");

        var (exitCode, output, errors) = await ServiceProcess.RunAsync(["--store", "memory", "--stream-url", "wss", "--data", file, "--urls", "http://127.0.0.1:0"]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains($"ssm-sessions: the folder {file}/tls of the certificate authority cannot be used: ", errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static X509Certificate2 Issue(string subject, X509Certificate2? issuer, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (issuer is null)
            return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(400));
        using var issued = request.Create(issuer, now.AddDays(-1), now.AddDays(399), [1]);
        return issued.CopyWithPrivateKey(key);
    }

    private static async Task<(int ExitCode, string Status)> CurlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("curl", ["-q", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "30", "--capath", "/dev/null", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (var variable in start.Environment.Keys.Where(name => name.Contains("PROXY", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(variable);
        try
        {
            using var curl = Process.Start(start)!;
            var output = await curl.StandardOutput.ReadToEndAsync();
            await curl.WaitForExitAsync();
            return (curl.ExitCode, output);
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no curl.");
            throw;
        }
    }
}
