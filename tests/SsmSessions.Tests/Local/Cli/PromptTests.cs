using System.Diagnostics;
using System.Globalization;
using System.Text;
using SsmSessions.Testing;
using SsmSessions.Tests.TrueNas;

namespace SsmSessions.Tests.Local.Cli;

/// <summary>The prompt: lines that are piped in, and keys on a terminal.</summary>
public sealed class PromptTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _home = Directory.CreateTempSubdirectory("ssm-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Lines_that_are_piped_in_are_executed_one_after_the_other()
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TrueNasSamples.OfSpec);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Executable, "cli", "--url", server.Url.ToString()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await process.StandardInput.WriteAsync("auth\nsessions internal\n\nsessions #\n.mode csv\nsessions current\n..\nsessions\nexit\nauth\n");
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);

        Assert.Equal(
            """
            Type "ls" (followed by Enter) to list available auth configuration options
            Type "man" (followed by Action) to get help on how to use the specific Action.

            i.e.
            	man sessions
            +----------+
            | internal |
            +----------+
            | false    |
            | false    |
            | true     |
            +----------+
            Expected {column [, column]... | '*'}, found '#'
             #
             ^


            """ + "current\r\nfalse\r\nfalse\r\ntrue\r\n\n" + """
            Type "ls" (followed by Enter) to list available configuration options
            Namespace sessions not found

            """,
            output);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task On_a_terminal_there_are_a_prompt_completion_history_and_the_keys_that_end_it()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.HostName = "nas.example");
        await server.InjectAsync(TrueNasSamples.OfSpec.Select(session => session with { Host = "nas.example" }));
        await File.WriteAllTextAsync(Path.Combine(_home, ".midcli.hist"), "\n# 2024-07-01 08:00:05.000000\n+auth sessions id\n");
        using var terminal = Terminal(server);

        await terminal.WaitForAsync("[nas]> ");
        terminal.Write("au\t\r");
        await terminal.WaitForAsync("man sessions");
        await terminal.WaitForAsync("[nas] auth> ");
        terminal.Write("sessions cur\t\r");
        await terminal.WaitForAsync("| true    |");
        await terminal.WaitForAsync("[nas] auth> ");
        terminal.Write("bogus\u0003");
        await terminal.WaitForAsync("[nas] auth> ");
        terminal.Write("terminate_session \"3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210\"\r");
        await terminal.WaitForAsync("\ntrue");
        await terminal.WaitForAsync("[nas] auth> ");
        terminal.Write("/\r");
        await terminal.WaitForAsync("list available configuration options");
        await terminal.WaitForAsync("[nas]> ");
        // Up to the line of the file: /, terminate_session, sessions current, auth, then that one.
        terminal.Write("\u001b[A\u001b[A\u001b[A\u001b[A\u001b[A\r");
        await terminal.WaitForAsync("| b8d41c77-0a2f-4e39-8c55-6e9f2d30ab14 |");
        await terminal.WaitForAsync("[nas]> ");
        terminal.Write("\u0004");

        Assert.Equal(0, await terminal.ExitCodeAsync());
        Assert.DoesNotContain("bogus not found", terminal.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["auth sessions id", "auth", "sessions current", "terminate_session \"3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210\"", "/", "auth sessions id"],
            (await File.ReadAllLinesAsync(Path.Combine(_home, ".midcli.hist"))).Where(line => line.StartsWith('+')).Select(line => line[1..].TrimEnd()));
    }

    private static string Executable => Path.Combine(AppContext.BaseDirectory, "ssm-sessions.dll");

    private TerminalSession Terminal(TestServer server)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "script(1) of util-linux gives the terminal.");
        return new TerminalSession(["dotnet", Executable, "cli", "--url", server.Url.ToString()], _home);
    }

    /// <summary>A program on a pseudo-terminal that <c>script</c> makes.</summary>
    private sealed class TerminalSession : IDisposable
    {
        private readonly Process _script;
        private readonly StringBuilder _output = new();
        private readonly Task _reading;
        private int _seen;

        public TerminalSession(string[] command, string home)
        {
            var start = new ProcessStartInfo("script", ["-q", "-e", "-c", string.Join(' ', command), "/dev/null"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                Environment = { ["HOME"] = home, ["TERM"] = "xterm", ["COLUMNS"] = "200" },
            };
            _script = Process.Start(start)!;
            _reading = ReadAsync();
        }

        public string Output
        {
            get
            {
                lock (_output)
                    return _output.ToString();
            }
        }

        public void Write(string keys)
        {
            _script.StandardInput.Write(keys);
            _script.StandardInput.Flush();
        }

        /// <summary>Waits for a text behind the last one that was waited for.</summary>
        public async Task WaitForAsync(string text)
        {
            try
            {
                await Eventually.IsTrueAsync(() => Output.IndexOf(text, _seen, StringComparison.Ordinal) >= 0, Patience);
            }
            catch (TimeoutException)
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"'{text}' does not come behind {_seen} of:\n{Output}"));
            }

            _seen = Output.IndexOf(text, _seen, StringComparison.Ordinal) + text.Length;
        }

        public async Task<int> ExitCodeAsync()
        {
            using var patience = new CancellationTokenSource(Patience);
            await _script.WaitForExitAsync(patience.Token);
            await _reading;
            return _script.ExitCode;
        }

        public void Dispose()
        {
            if (!_script.HasExited)
                _script.Kill(entireProcessTree: true);
            _script.Dispose();
        }

        private async Task ReadAsync()
        {
            var buffer = new char[4_096];
            while (await _script.StandardOutput.ReadAsync(buffer) is > 0 and var count)
            {
                lock (_output)
                    _output.Append(buffer, 0, count);
            }
        }
    }
}
