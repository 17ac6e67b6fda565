using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SsmSessions.Node.Processes;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary><c>ssh -L</c> through an sshd of its own on this machine, both as they come: nothing is set but ports, keys and files.</summary>
internal sealed class SshTunnel : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly Process _server;
    private readonly Process _client;

    private SshTunnel(Process server, Process client, int port)
    {
        _server = server;
        _client = client;
        Port = port;
    }

    /// <summary>The port that leads to the source.</summary>
    public int Port { get; }

    /// <summary>What both processes, and the children that the server makes, used of the processors so far.</summary>
    public TimeSpan ProcessorTime => ProcessTree.ProcessorTime(_server.Id) + ProcessTree.ProcessorTime(_client.Id);

    /// <summary>Why there can be no such tunnel on this machine; null where there can.</summary>
    public static string? WhyNot() => Array.Find(["sshd", "ssh", "ssh-keygen"], program => Find(program) is null) is { } missing
        ? $"there is no {missing} on this machine (Debian: openssh-server)"
        : null;

    /// <summary>Starts both.</summary>
    /// <param name="folder">A folder for keys.</param>
    /// <param name="sourcePort">Where the tunnel leads to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">One of them did not start; the message has what it said.</exception>
    public static async Task<SshTunnel> StartAsync(string folder, int sourcePort, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var (hostKey, userKey) = (Path.Combine(folder, "host"), Path.Combine(folder, "user"));
        await MakeKeyAsync(hostKey, cancellationToken);
        await MakeKeyAsync(userKey, cancellationToken);
        var (serverPort, port) = (FreePort.Next(), FreePort.Next());
        var server = Start(
            "sshd",
            [
                "-D", "-e", "-f", "/dev/null", .. Options(
                    $"ListenAddress=127.0.0.1:{serverPort}", $"HostKey={hostKey}", $"AuthorizedKeysFile={userKey}.pub", "PidFile=none", "StrictModes=no"),
            ]);
        try
        {
            await WaitForPortAsync(server, serverPort, cancellationToken);
            var client = Start(
                "ssh",
                [
                    "-N", "-F", "none", "-p", Text(serverPort), "-i", userKey, "-L", $"127.0.0.1:{port}:127.0.0.1:{sourcePort}", .. Options(
                        "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes", "ExitOnForwardFailure=yes", "LogLevel=ERROR"),
                    "127.0.0.1",
                ]);
            var tunnel = new SshTunnel(server, client, port);
            await WaitForPortAsync(client, port, cancellationToken);
            return tunnel;
        }
        catch
        {
            server.Kill(entireProcessTree: true);
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var process in (Process[])[_client, _server])
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
        }
    }

    /// <summary>On PATH, and where servers are that are not meant for every user.</summary>
    private static string? Find(string program) =>
        ExecutablePath.TryFind(program, Environment.GetEnvironmentVariable("PATH")) ?? ExecutablePath.TryFind(program, folders: null);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Options(params IEnumerable<string> options) => options.SelectMany(option => (string[])["-o", option]);

    private static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(Find(program)!, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;

    private static async Task MakeKeyAsync(string path, CancellationToken cancellationToken)
    {
        using var made = Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
        await made.WaitForExitAsync(cancellationToken);
        if (made.ExitCode != 0)
            throw new InvalidOperationException("ssh-keygen: " + await made.StandardError.ReadToEndAsync(cancellationToken));
    }

    private static async Task WaitForPortAsync(Process listener, int port, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Patience)
        {
            if (listener.HasExited)
                throw new InvalidOperationException($"{listener.StartInfo.FileName}: {await listener.StandardError.ReadToEndAsync(cancellationToken)}");
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(LookAgain, cancellationToken);
            }
        }

        throw new InvalidOperationException($"{listener.StartInfo.FileName} does not listen on port {port}");
    }
}
