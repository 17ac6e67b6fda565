namespace SsmSessions.Server.Hosting.Tls;

/// <summary>The files of the authority that <see cref="SsmSessionsOptions.TlsFolder"/> names.</summary>
/// <param name="Folder">The folder, readable by its owner only.</param>
public sealed record TlsFiles(string Folder)
{
    /// <summary>The authority's certificate (PEM): what a client must trust.</summary>
    public string Authority => Path.Combine(Folder, "authority.pem");

    /// <summary>The system's authorities and this one (PEM), for clients that take one file with all that they trust.</summary>
    public string Bundle => Path.Combine(Folder, "bundle.pem");

    /// <summary>The authority's certificate and private key (PEM), mode 0600.</summary>
    internal string Key => Path.Combine(Folder, "authority-key.pem");

    /// <summary>Held by the process that looks after the others.</summary>
    internal string Lock => Path.Combine(Folder, "lock");
}
