using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SsmSessions.Server.Hosting.Tls;

namespace SsmSessions.Tests.Hosting.Tls;

/// <summary>What an authority issues is valid for what it was made for, and for nothing else.</summary>
public sealed class CertificateAuthorityTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    [Theory]
    [InlineData("localhost")]
    [InlineData("ssmmessages.us-east-1.amazonaws.com")]
    [InlineData("ssmmessages-fips.cn-north-1.amazonaws.com.cn")]
    public void A_permitted_name_has_a_chain_that_holds(string name)
    {
        var authority = CertificateAuthority.Create(Names.WithAws, Now);
        using var leaf = authority.Issue([name], [IPAddress.Loopback, IPAddress.IPv6Loopback], Now);

        Assert.Equal((true, X509ChainStatusFlags.NoError), Trust.Check(leaf, authority.Certificate));
        Assert.Equal([name], leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
        Assert.Equal((0, "", "OK"), OpenSsl(leaf, authority.Certificate));
    }

    [Theory]
    [InlineData(true, "example.com", null)]
    [InlineData(true, "amazonaws.com.evil.example", null)]
    [InlineData(true, "evilamazonaws.com", null)]
    [InlineData(true, "amazonaws.org", null)]
    [InlineData(true, null, "192.0.2.1")]
    [InlineData(true, "localhost", "127.0.0.2")]
    [InlineData(true, "localhost", "::2")]
    [InlineData(false, "ssmmessages.us-east-1.amazonaws.com", null)]
    public void Another_name_has_none(bool withAws, string? name, string? address)
    {
        var authority = CertificateAuthority.Create(withAws ? Names.WithAws : Names.Loopback, Now);
        using var leaf = authority.Issue(name is null ? [] : [name], address is null ? [] : [IPAddress.Parse(address)], Now);

        var (holds, faults) = Trust.Check(leaf, authority.Certificate);

        Assert.False(holds);
        Assert.True((faults & (X509ChainStatusFlags.HasNotPermittedNameConstraint | X509ChainStatusFlags.InvalidNameConstraints)) != X509ChainStatusFlags.NoError, faults.ToString());
        Assert.Equal((2, "permitted subtree violation", ""), OpenSsl(leaf, authority.Certificate));
    }

    [Fact]
    public void Certificates_live_for_a_year_at_most_and_not_longer_than_the_authority()
    {
        var authority = CertificateAuthority.Create(Names.Loopback, Now);
        using var first = authority.Issue(["localhost"], [], Now);
        var late = new DateTimeOffset(authority.Certificate.NotAfter).AddDays(-20);
        using var last = authority.Issue(["localhost"], [], late);

        Assert.InRange((first.NotAfter - first.NotBefore).TotalDays, 365, 366);
        Assert.Equal(authority.Certificate.NotAfter, last.NotAfter);
        Assert.True(Trust.Check(last, authority.Certificate, late).Holds);
        Assert.False(Trust.Check(first, authority.Certificate, late).Holds);
        Assert.True(authority.Outlives(Now));
        Assert.False(authority.Outlives(late));
        Assert.False(authority.Outlives(Now.AddYears(-1)));
    }

    [Fact]
    public void Keys_are_of_P256_and_no_two_certificates_share_one()
    {
        var authority = CertificateAuthority.Create(Names.Loopback, Now);
        using var first = authority.Issue(["localhost"], [], Now);
        using var second = authority.Issue(["localhost"], [], Now);

        foreach (var certificate in new[] { authority.Certificate, first, second })
        {
            using var key = certificate.GetECDsaPublicKey()!;
            Assert.Equal("1.2.840.10045.3.1.7", key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value);
        }

        Assert.Equal(3, new[] { authority.Certificate, first, second }.Select(c => c.GetPublicKeyString()).Distinct().Count());
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
    }

    [Fact]
    public void A_leaf_is_no_authority()
    {
        var authority = CertificateAuthority.Create(Names.Loopback, Now);
        using var leaf = authority.Issue(["localhost"], [], Now);

        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(["1.3.6.1.5.5.7.3.1"], leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(usage => usage.Value));
    }

    [Fact]
    public void It_is_for_the_names_that_it_was_made_for()
    {
        var authority = CertificateAuthority.Create(Names.Loopback, Now);

        Assert.True(authority.IsFor(Names.Loopback));
        Assert.False(authority.IsFor(Names.WithAws));
        Assert.False(authority.IsFor(Names.Loopback with { Names = ["localhost", "example.com"] }));
        Assert.False(authority.IsFor(Names.Loopback with { Addresses = [IPAddress.Loopback] }));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What <c>openssl verify</c> with all of its strictness says: exit status, the error, or OK.</summary>
    private (int ExitCode, string Error, string Verdict) OpenSsl(X509Certificate2 leaf, X509Certificate2 authority)
    {
        var (leafFile, authorityFile) = (Path.Combine(_folder, "leaf.pem"), Path.Combine(_folder, "authority.pem"));
        File.WriteAllText(leafFile, leaf.ExportCertificatePem());
        File.WriteAllText(authorityFile, authority.ExportCertificatePem());
        var start = new ProcessStartInfo(
            "openssl", ["verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-purpose", "sslserver", "-CAfile", authorityFile, leafFile])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            const string Mark = "lookup: ";
            var error = errors.GetAwaiter().GetResult().Split('\n').FirstOrDefault(line => line.Contains(Mark, StringComparison.Ordinal)) ?? "";
            return (process.ExitCode, error[(error.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var at ? at + Mark.Length : 0)..], output.EndsWith(": OK\n", StringComparison.Ordinal) ? "OK" : "");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no openssl.");
            throw;
        }
    }
}
