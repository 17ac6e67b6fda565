using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>Keeps an authority in a folder, with what clients need to trust it.</summary>
internal sealed class AuthorityFolder(TlsFiles files, ILogger log)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>The authority of the folder; a new one where there is none that can be used for these names.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public CertificateAuthority Open(ServedNames names, DateTimeOffset now)
    {
        try
        {
            MakeFolder();
            using var others = WaitForOthers();
            var authority = Load(names, now, out var fault) ?? Replace(names, now, fault);
            var ours = authority.Certificate.ExportCertificatePem() + "\n";
            Write(files.Authority, ours, isSecret: false);
            Write(files.Bundle, SystemAuthorities() + ours, isSecret: false);
            return authority;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the folder {files.Folder} of the certificate authority cannot be used: {failure.Message}", failure);
        }
    }

    private CertificateAuthority? Load(ServedNames names, DateTimeOffset now, out string fault)
    {
        fault = "there is none yet";
        if (!File.Exists(files.Key))
            return null;
        fault = "others could read its key";
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(files.Key) & ~OwnerOnly) != UnixFileMode.None)
            return null;
        fault = "its file is damaged";
        CertificateAuthority authority;
        try
        {
            authority = new CertificateAuthority(X509Certificate2.CreateFromPemFile(files.Key));
        }
        catch (CryptographicException)
        {
            return null;
        }

        fault = authority.IsFor(names) ? "it expires" : "it is for other names";
        return authority.IsFor(names) && authority.Outlives(now) ? authority : null;
    }

    private CertificateAuthority Replace(ServedNames names, DateTimeOffset now, string fault)
    {
        log.AuthorityMade(files.Folder, fault);
        var made = CertificateAuthority.Create(names, now);
        using var key = made.Certificate.GetECDsaPrivateKey()!;
        Write(files.Key, $"{made.Certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", isSecret: true);
        return made;
    }

    /// <summary>Processes that start at once on one folder all use what the first of them makes.</summary>
    private FileStream WaitForOthers()
    {
        FileStream? held = null;
        IOException? failure = null;
        bool IsHeld()
        {
            try
            {
                held = new FileStream(files.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException inUse)
            {
                failure = inUse;
            }

            return held is not null;
        }

        return SpinWait.SpinUntil(IsHeld, LongestWait) ? held! : throw failure!;
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(files.Folder);
            return;
        }

        // A mode is for the last folder of a path only.
        if (Path.GetDirectoryName(files.Folder) is { } parent)
            Directory.CreateDirectory(parent, OwnerOnlyFolder);
        Directory.CreateDirectory(files.Folder, OwnerOnlyFolder);
        File.SetUnixFileMode(files.Folder, OwnerOnlyFolder);
    }

    /// <summary>Whole or not at all: clients may read the file at any time.</summary>
    private static void Write(string path, string text, bool isSecret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var file = new FileStream(unfinished, options))
                file.Write(Encoding.ASCII.GetBytes(text));
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>What the system trusts, without authorities of this kind that a client's environment may have brought in.</summary>
    private static string SystemAuthorities()
    {
        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        try
        {
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        }
        catch (CryptographicException)
        {
            // A system without any.
            return "";
        }

        var pem = new StringBuilder();
        foreach (var authority in store.Certificates.Where(authority => authority.Subject != CertificateAuthority.Subject))
            pem.Append(authority.ExportCertificatePem()).Append('\n');
        return pem.ToString();
    }
}
