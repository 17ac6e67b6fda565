using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using SsmSessions.Conformance.Tests.Clients;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;

namespace SsmSessions.Conformance.Tests.Attacks;

/// <summary>Another user of this machine at the unix socket of a service, and addresses that a service must not listen on.</summary>
[SupportedOSPlatform("linux")]
public sealed class SocketAttacks
{
    private const string Nobody = "65534";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Another_user_at_the_socket()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can be another user");
        Assert.SkipUnless(RealClient.Find("setpriv") is not null, "setpriv is not installed (Debian's package util-linux)");
        Assert.SkipUnless(RealClient.Find("curl") is not null, "curl is not installed");
        var folder = Directory.CreateTempSubdirectory("ssm-sessions-socket-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        try
        {
            await using var service = await ServiceProcess.StartAsync("--data", folder, "--node", "i-0123456789abcdef0=echo");
            var socket = Path.Combine(folder, "ssm-sessions.sock");
            var table = new AttackTable("unix socket");
            table.Try("its owner, TrueNAS (must be let in)", await AskAsync(socket, "0", "/api/current"), "101");
            table.Try("its owner behind a proxy, TrueNAS", await AskAsync(socket, "0", "/api/current", "X-Forwarded-For: 192.0.2.7"), "403");
            table.Try("another user, the socket as it is", await AskAsync(socket, Nobody, "/api/current"), "no connection");

            // Whatever somebody does to its rights: the kernel says who is there.
            File.SetUnixFileMode(socket, (UnixFileMode)0b110_110_110);
            foreach (var path in (string[])["/api/current", "/websocket", "/_ssm-sessions/health", "/_ssm-sessions/nodes", "/v1/session/list", "/v1/kv/a"])
                table.Try("another user, the socket's rights loosened", await AskAsync(socket, Nobody, path), "403");
            table.Try("another user, the socket's rights loosened, Doris", await AskAsync(socket, Nobody, "/rest/v1/session"), "200 Unauthorized");
            table.Try("its owner, Admin: no loopback peer", await AskAsync(socket, "0", "/_ssm-sessions/health"), "403");
            table.Verify();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Shells for everybody: each of these ends with one line and status 2 before it listens.</summary>
    [Fact]
    public async Task A_shell_for_everybody()
    {
        var folder = Directory.CreateTempSubdirectory("ssm-sessions-open-").FullName;
        try
        {
            var table = new AttackTable("start with a shell for everybody");
            foreach (var options in (string[][])[
                ["--urls", "http://0.0.0.0:0"], ["--urls", "http://[::]:0"], ["--urls", "http://*:0"], ["--urls", "http://+:0"], ["--urls", "http://192.0.2.7:0"],
                ["--urls", "http://127.0.0.1:0;http://0.0.0.0:0"], ["--urls", "http://127.0.0.1:0", "--public-url", "https://sessions.example"],
            ])
            {
                var (status, output, errors) = await ServiceProcess.RunAsync([.. options, "--data", folder, "--node", "i-0123456789abcdef0=local"]);
                var lines = errors.Trim().Split('\n').Length;
                table.Try($"no --credentials, a node of kind local, {string.Join(' ', options)}", $"status {status}, {lines} line, {(output.Contains("listens", StringComparison.Ordinal) ? "listened" : "did not listen")}", "status 2, 1 line, did not listen");
            }

            table.Verify();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The status of an answer, as another user gets it.</summary>
    private static async Task<string> AskAsync(string socket, string user, string path, string header = "X-Nothing: 0")
    {
        string[] upgrade = path is "/api/current" or "/websocket"
            ? ["-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13", "-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
            : [];
        var start = new ProcessStartInfo(
            "setpriv",
            [
                $"--reuid={user}", $"--regid={user}", "--clear-groups", "curl", "-s", "-i", "--http1.1", "--max-time", "3", "--unix-socket", socket, "-H", header, .. upgrade,
                $"http://localhost{path}",
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var answer = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        if (!answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
            return process.ExitCode == 7 ? "no connection" : string.Create(CultureInfo.InvariantCulture, $"curl ended with {process.ExitCode}: {answer}");
        return answer[9..12] + (answer.Contains("\"Unauthorized\"", StringComparison.Ordinal) ? " Unauthorized" : "");
    }
}
