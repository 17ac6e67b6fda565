using System.Globalization;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.Peers;

/// <summary>An sshd of its own on this machine and a key that opens it, as they come: nothing is set but ports, keys and files.</summary>
internal sealed class SshServer : IDisposable
{
    private readonly PeerProcess _server;

    private SshServer(PeerProcess server, IReadOnlyList<string> clientOptions)
    {
        _server = server;
        ClientOptions = clientOptions;
    }

    /// <summary>What a client of it is to be told.</summary>
    public IReadOnlyList<string> ClientOptions { get; }

    /// <summary>The process.</summary>
    public int Id => _server.Process.Id;

    /// <summary>The host that it is reached by.</summary>
    public static string Host => "127.0.0.1";

    /// <summary>Why there can be none on this machine; null where there can.</summary>
    public static string? WhyNot() => Array.Find(["sshd", "ssh", "ssh-keygen"], program => PeerProcess.Find(program) is null) is { } missing
        ? $"there is no {missing} on this machine (Debian: openssh-server)"
        : null;

    /// <summary>Starts it.</summary>
    /// <param name="folder">A folder for keys.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">It did not start; the message has what it said.</exception>
    public static async Task<SshServer> StartAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var (hostKey, userKey, port) = (Path.Combine(folder, "host"), Path.Combine(folder, "user"), FreePort.Next());
        await MakeKeyAsync(hostKey, cancellationToken);
        await MakeKeyAsync(userKey, cancellationToken);
        var server = PeerProcess.Start(
            "sshd",
            [
                "-D", "-e", "-f", "/dev/null", .. Options(
                    $"ListenAddress={Host}:{port}", $"HostKey={hostKey}", $"AuthorizedKeysFile={userKey}.pub", "PidFile=none", "StrictModes=no"),
            ]);
        try
        {
            await server.WaitForPortAsync(port, cancellationToken);
            return new SshServer(
                server,
                [
                    "-F", "none", "-p", port.ToString(CultureInfo.InvariantCulture), "-i", userKey, .. Options(
                        "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes", "ExitOnForwardFailure=yes", "LogLevel=ERROR"),
                ]);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public void Dispose() => _server.Dispose();

    private static IEnumerable<string> Options(params IEnumerable<string> options) => options.SelectMany(option => (string[])["-o", option]);

    private static async Task MakeKeyAsync(string path, CancellationToken cancellationToken)
    {
        using var made = PeerProcess.Start("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path);
        await made.Process.WaitForExitAsync(cancellationToken);
        if (made.Process.ExitCode != 0)
            throw new InvalidOperationException("ssh-keygen: " + await made.Process.StandardError.ReadToEndAsync(cancellationToken));
    }
}
