using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using SsmSessions.Server.Hosting.Tls;

namespace SsmSessions.Tests.Hosting.Tls;

/// <summary>The authority outlives the process, its key is nobody else's, and clients find what they must trust.</summary>
public sealed class AuthorityFolderTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly string _data = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;
    private readonly TlsFiles _files;
    private readonly LogLines _log = new();

    public AuthorityFolderTests() => _files = new TlsFiles(Path.Combine(_data, "deeper", "tls"));

    [Fact]
    public void It_is_made_once()
    {
        var first = Open(Names.WithAws);
        var second = Open(Names.WithAws);

        Assert.Equal(first.Certificate.Thumbprint, second.Certificate.Thumbprint);
        Assert.Equal([$"Made a certificate authority in {_files.Folder}: there is none yet"], _log.Lines);
        using var leaf = second.Issue(["localhost"], [], Now);
        Assert.True(Trust.Check(leaf, first.Certificate).Holds);
    }

    [Fact]
    public void Only_its_owner_can_read_the_key()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        Open(Names.Loopback);

        Assert.Equal(Private, File.GetUnixFileMode(_files.Key));
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(_files.Folder));
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(_files.Folder)!));
        Assert.Contains("PRIVATE KEY", File.ReadAllText(_files.Key), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", File.ReadAllText(_files.Authority) + File.ReadAllText(_files.Bundle), StringComparison.Ordinal);
        Assert.Equal(["authority-key.pem", "authority.pem", "bundle.pem", "lock"], Directory.GetFiles(_files.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_folder_that_others_could_enter_is_closed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        Directory.CreateDirectory(_files.Folder, Private | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        Open(Names.Loopback);

        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(_files.Folder));
    }

    [Fact]
    public void One_that_cannot_be_used_is_replaced()
    {
        var made = new List<string> { Open(Names.Loopback).Certificate.Thumbprint };

        made.Add(Open(Names.WithAws).Certificate.Thumbprint);
        Assert.EndsWith(": it is for other names", _log.Lines[^1], StringComparison.Ordinal);
        made.Add(Open(Names.WithAws, Now.AddYears(9).AddDays(1)).Certificate.Thumbprint);
        Assert.EndsWith(": it expires", _log.Lines[^1], StringComparison.Ordinal);
        File.WriteAllText(_files.Key, File.ReadAllText(_files.Key)[..500]);
        made.Add(Open(Names.WithAws).Certificate.Thumbprint);
        Assert.EndsWith(": its file is damaged", _log.Lines[^1], StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_files.Key, Private | UnixFileMode.GroupRead);
            made.Add(Open(Names.WithAws).Certificate.Thumbprint);
            Assert.EndsWith(": others could read its key", _log.Lines[^1], StringComparison.Ordinal);
            Assert.Equal(Private, File.GetUnixFileMode(_files.Key));
        }

        Assert.Equal(made.Distinct(), made);
        Assert.Equal(made.Count, _log.Lines.Count);
    }

    [Fact]
    public void Clients_find_it_alone_and_with_the_systems_authorities()
    {
        var former = Open(Names.Loopback);
        var authority = Open(Names.WithAws);

        var (alone, bundle) = (Load(_files.Authority), Load(_files.Bundle));

        Assert.Equal([authority.Certificate.Thumbprint], alone.Select(c => c.Thumbprint));
        Assert.Equal(authority.Certificate.Thumbprint, bundle[^1].Thumbprint);
        Assert.DoesNotContain(former.Certificate.Thumbprint, bundle.Select(c => c.Thumbprint));
        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        Assert.Equal(store.Certificates.Select(c => c.Thumbprint).Order(), bundle.SkipLast(1).Select(c => c.Thumbprint).Order());
    }

    [Fact]
    public void A_folder_that_cannot_be_used_is_told()
    {
        File.WriteAllText(Path.Combine(_data, "deeper"), "a file");

        var failure = Assert.Throws<IOException>(() => Open(Names.Loopback));

        Assert.StartsWith($"the folder {_files.Folder} of the certificate authority cannot be used: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_that_are_made_at_once_one_stays()
    {
        using var start = new Barrier(4);
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            start.SignalAndWait();
            return new AuthorityFolder(_files, new LogLines()).Open(Names.Loopback, Now).Certificate.Thumbprint;
        })));

        Assert.Equal([Open(Names.Loopback).Certificate.Thumbprint], made.Distinct());
        Assert.Empty(_log.Lines);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private CertificateAuthority Open(ServedNames names, DateTimeOffset? now = null) => new AuthorityFolder(_files, _log).Open(names, now ?? Now);

    private static X509Certificate2Collection Load(string path)
    {
        X509Certificate2Collection certificates = [];
        certificates.ImportFromPemFile(path);
        return certificates;
    }

    private sealed class LogLines : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
