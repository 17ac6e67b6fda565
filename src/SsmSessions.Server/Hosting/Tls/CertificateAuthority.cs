using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>An authority of this server's own, and the certificates that it issues. All keys are ECDSA on P-256.</summary>
/// <param name="certificate">Its certificate, with the key.</param>
internal sealed class CertificateAuthority(X509Certificate2 certificate)
{
    /// <summary>Who it is, also among other authorities.</summary>
    public const string Subject = "CN=ssm-sessions authority";

    private const string LeafSubject = "CN=ssm-sessions";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly TimeSpan Life = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LeafLife = TimeSpan.FromDays(365);

    /// <summary>For clients whose clock is behind.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(12);

    /// <summary>Its certificate, with the key.</summary>
    public X509Certificate2 Certificate => certificate;

    private DateTimeOffset NotBefore => new(certificate.NotBefore);

    private DateTimeOffset NotAfter => new(certificate.NotAfter);

    /// <summary>Makes one that can only vouch for the given names.</summary>
    public static CertificateAuthority Create(ServedNames names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(NameConstraints.Of(names));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new CertificateAuthority(request.CreateSelfSigned(now - Tolerance, now + Life));
    }

    /// <summary>Whether it was made for exactly these names.</summary>
    public bool IsFor(ServedNames names) =>
        certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == NameConstraints.Oid) is { } constraints
        && constraints.RawData.AsSpan().SequenceEqual(NameConstraints.Of(names).RawData);

    /// <summary>Whether it will live as long as what it issues now.</summary>
    public bool Outlives(DateTimeOffset now) => NotBefore <= now && NotAfter >= now + LeafLife;

    /// <summary>Issues the certificate of a server, with a new key, for a year at most.</summary>
    public X509Certificate2 Issue(IReadOnlyList<string> names, IReadOnlyList<IPAddress> addresses, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(LeafSubject, key, HashAlgorithmName.SHA256);
        var alternativeNames = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternativeNames.AddDnsName(name);
        foreach (var address in addresses)
            alternativeNames.AddIpAddress(address);
        request.CertificateExtensions.Add(alternativeNames.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        using var issued = request.Create(certificate, Later(NotBefore, now - Tolerance), Earlier(NotAfter, now + LeafLife), NewSerial());
        return Usable(issued.CopyWithPrivateKey(key));
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    /// <summary>A positive number of 16 bytes.</summary>
    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }

    /// <summary>TLS of Windows takes no key that lives in memory alone.</summary>
    private static X509Certificate2 Usable(X509Certificate2 made)
    {
        if (!OperatingSystem.IsWindows())
            return made;
        using (made)
            return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
