using System.Diagnostics;
using System.Net.Sockets;
using SsmSessions.Conformance.Tests.Clients;
using SsmSessions.Conformance.Tests.DataChannels.Clients;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>An sshd of the test on a free loopback port, with keys made for it, and a configuration for clients that reach it by a session.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssm-sessions-ssh-");
    private readonly int _port = FreePort.Next();
    private Process? _process;

    private SshServer()
    {
    }

    /// <summary>Where it listens.</summary>
    public int Port => _port;

    /// <summary>A folder of its own.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Starts it; without the programs the test is skipped.</summary>
    public static async Task<SshServer> RequireAsync()
    {
        Assert.SkipUnless(File.Exists(Program), $"sshd: there is no {Program}");
        foreach (var program in (string[])["ssh", "scp", "ssh-keygen"])
            Assert.SkipWhen(RealClient.Find(program) is null, $"{program}: it is not installed");
        var server = new SshServer();
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs ssh or scp to its end; the host <c>node</c> is this server, reached on the route.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, SshRoute route, params string[] arguments)
    {
        var configuration = PathOf("client_config");
        await File.WriteAllTextAsync(
            configuration,
            $"""
            Host node
              User {Environment.UserName}
              {route.Configuration}
              IdentityFile {PathOf("client_key")}
              IdentitiesOnly yes
              UserKnownHostsFile {PathOf("known_hosts")}
              StrictHostKeyChecking accept-new
              BatchMode yes

            """);
        return await RunAsync(program, ["-F", configuration, .. arguments], route.Variables);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private string PathOf(string name) => Path.Combine(Folder, name);

    private async Task StartAsync()
    {
        foreach (var key in (string[])["host_key", "client_key"])
            Assert.Equal(0, (await RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", PathOf(key)])).ExitCode);
        var configuration = PathOf("sshd_config");
        await File.WriteAllTextAsync(
            configuration,
            $"""
            ListenAddress 127.0.0.1:{Port}
            HostKey {PathOf("host_key")}
            AuthorizedKeysFile {PathOf("client_key.pub")}
            PidFile none
            StrictModes no
            UsePAM no
            Subsystem sftp internal-sftp

            """);

        // Run by root it wants a folder that its service makes at boot.
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd");
        _process = Process.Start(new ProcessStartInfo(Program, ["-D", "-f", configuration, "-E", PathOf("log")]) { UseShellExecute = false })!;
        await Eventually.IsTrueAsync(AnswersAsync, Deadline);
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process!.HasExited)
            throw new InvalidOperationException("sshd ended: " + await File.ReadAllTextAsync(PathOf("log")));
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return FinishedProcess.RunAsync(start, Deadline);
    }
}
