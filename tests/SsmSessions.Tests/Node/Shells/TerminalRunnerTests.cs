using SsmSessions.Channel;
using SsmSessions.Core.Documents;
using SsmSessions.Node;

namespace SsmSessions.Tests.Node.Shells;

public sealed class TerminalRunnerTests
{
    private readonly LocalNode _node = new(new NodeOptions(), TimeProvider.System);

    public TerminalRunnerTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Shells of the local node need Linux.");

    [Fact]
    public async Task A_shell_runs_what_is_typed_and_ends_with_exit()
    {
        await using var client = await StartShellAsync();

        await client.TypeAsync("echo $((40+2))\r");
        await client.WaitForOutputAsync("42");
        await client.TypeAsync("exit\r");

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        await client.WaitAsync(() => client.States.Count == 2, "the second state");
        Assert.Equal(["Connected", "Terminating"], client.States);
    }

    [Fact]
    public async Task The_terminal_has_a_size_at_once_and_follows_the_client()
    {
        await using var client = await StartShellAsync();

        await client.TypeAsync("stty size\r");
        await client.WaitForOutputAsync("24 80");
        await client.ResizeAsync(132, 43);
        await client.TypeAsync("stty size\r");

        await client.WaitForOutputAsync("43 132");
    }

    [Fact]
    public async Task The_shell_has_the_agents_environment_and_none_of_the_services_secrets()
    {
        Environment.SetEnvironmentVariable("SSM_SESSIONS_ADMIN_TOKEN", "hidden-1");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "hidden-2");
        await using var client = await StartShellAsync();

        await client.TypeAsync("echo \"<$TERM $HOME $(pwd) ${LANG:+lang}>\"; env; echo all-of-$((1))-it\r");
        await client.WaitForOutputAsync("all-of-1-it");

        var home = Environment.GetEnvironmentVariable("HOME");
        Assert.Contains($"<xterm-256color {home} {home} lang>", client.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_C_ends_what_is_in_the_foreground()
    {
        await using var client = await StartShellAsync();

        await client.TypeAsync("sh -c 'echo runs-$((1)); exec sleep 1000'\r");
        await client.WaitForOutputAsync("runs-1");
        await client.TypeAsync("\u0003");
        await client.TypeAsync("echo code=$?\r");

        await client.WaitForOutputAsync("code=130");
    }

    [Fact]
    public async Task The_shell_profile_is_typed_in()
    {
        await using var client = await NodeClient.StartAsync(
            _node,
            NodeClient.Plan(SessionType.StandardStream, inputs: SessionInputs.Default with { LinuxShellProfile = "echo profile-$((1))-{{ who }}" }, parameters: ("who", ["me"])));

        await client.WaitForOutputAsync("profile-1-me");
    }

    [Fact]
    public async Task The_other_kind_runs_a_command_in_a_terminal_and_ends_with_it()
    {
        await using var client = await NodeClient.StartAsync(
            _node,
            NodeClient.Plan(
                SessionType.InteractiveCommands,
                """{"linux":{"commands":"tty; read line; echo \"got <$line>\" {{ more }}"}}""",
                parameters: ("more", ["and more"])));

        await client.WaitForOutputAsync("/dev/pts/");
        await client.TypeAsync("hello\r");

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Contains("got <hello> and more\r\n", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_must_not_be_empty()
    {
        await using var client = NodeClient.Begin(_node, NodeClient.Plan(SessionType.InteractiveCommands, """{"linux":{"commands":" "}}"""));
        await client.WaitForAsync(PayloadType.HandshakeRequest);
        await client.AnswerHandshakeAsync("1.2.677.0");

        Assert.Equal(
            new SessionOutcome(Succeeded: false, "\n----------ERROR-------\nCommands cannot be empty for session type InteractiveCommands"),
            await client.EndedAsync());
        Assert.DoesNotContain(client.Messages, m => m.Type == PayloadType.HandshakeComplete);
    }

    [Fact]
    public async Task All_output_of_a_command_arrives_before_its_end()
    {
        await using var client = await NodeClient.StartAsync(
            _node, NodeClient.Plan(SessionType.InteractiveCommands, """{"linux":{"commands":"stty -opost; seq 1 20000"}}"""));

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Equal(string.Concat(Enumerable.Range(1, 20_000).Select(i => $"{i}\n")), client.Output);
    }

    [Fact]
    public async Task Characters_are_never_cut_between_messages()
    {
        await using var client = await StartCommandAsync(
            """stty -opost; i=0; while [ $i -lt 3000 ]; do printf '\342\202'; printf '\254'; i=$((i+1)); done""");

        await client.EndedAsync();

        Assert.Equal(new string('€', 3000), client.Output);
        Assert.All(client.Messages.Where(m => m.Type == PayloadType.Output), message => Assert.Equal(0, message.Payload.Length % 3));
    }

    [Fact]
    public async Task A_background_job_does_not_keep_the_session()
    {
        await using var client = await StartShellAsync();

        await client.TypeAsync("sleep 30 & exit\r");

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
    }

    [Fact]
    public async Task What_is_typed_beyond_what_the_terminal_takes_waits_and_arrives()
    {
        var go = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var client = await StartCommandAsync($"stty raw -echo; mkfifo -m 600 {go}; echo ready; cat {go}; head -c 300000 | md5sum; rm {go}");
        await client.WaitForOutputAsync("ready");

        var text = string.Concat(Enumerable.Repeat("0123456789", 30_000));
        foreach (var part in text.Chunk(10_000))
            await client.TypeAsync(new string(part));
        await client.End.DrainAsync(CancellationToken.None).WaitAsync(NodeClient.Patience);
        await File.WriteAllTextAsync(go, "go");

        await client.EndedAsync();
        Assert.Contains(Md5(text), client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_does_not_read_stops_the_command_and_still_reaches_it()
    {
        await using var client = await StartCommandAsync("echo shell=$$=; exec yes");
        await client.WaitForOutputAsync("y");
        var yes = LinuxProcesses.ShellIn(client.Output);
        var received = 0L;
        client.OnOutput = output => (received += output.Length) >= 0;
        client.StopReading();

        var channel = ((NodeSession)client.Session).Channel;
        await client.WaitAsync(() => !channel.HasRoom, "a full window", look: true);
        await client.TypeAsync("\u0003");
        client.Read();

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.False(Directory.Exists($"/proc/{yes}"));
        Assert.InRange(received, 1, 8 * 1024 * 1024);
    }

    [Fact]
    public async Task Nothing_is_left_after_the_session_is_disposed()
    {
        var client = await StartShellAsync();
        await client.TypeAsync("echo shell=$$=; (trap '' HUP TERM; echo runs-$((1)); sleep 1000; sleep 1000)\r");
        await client.WaitForOutputAsync("runs-1");
        var shell = LinuxProcesses.ShellIn(client.Output);
        Assert.NotEmpty(LinuxProcesses.OfSession(shell));

        await client.DisposeAsync();

        await client.WaitAsync(() => LinuxProcesses.OfSession(shell).Count == 0, "the end of all processes", look: true);
    }

    [Fact]
    public async Task The_service_may_end_it_at_any_time()
    {
        await using var client = await StartShellAsync();
        await client.TypeAsync("echo shell=$$=\r");
        await client.WaitAsync(() => LinuxProcesses.ShellIn(client.Output) > 0, "the shell's process id");

        await client.CloseAsync();

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        await client.DisposeAsync();
        await client.WaitAsync(() => LinuxProcesses.OfSession(LinuxProcesses.ShellIn(client.Output)).Count == 0, "the end of all processes", look: true);
    }

    [Fact]
    public async Task A_user_who_does_not_exist_fails_the_session()
    {
        var inputs = SessionInputs.Default with { RunAsEnabled = true, RunAsDefaultUser = "no-{{ who }}" };
        await using var client = NodeClient.Begin(_node, NodeClient.Plan(SessionType.StandardStream, inputs: inputs, parameters: ("who", ["body-here"])));
        await client.WaitForAsync(PayloadType.HandshakeRequest);
        await client.AnswerHandshakeAsync("1.2.677.0");

        Assert.Equal(
            SessionOutcome.Failed("Unable to start command: failed to start pty since RunAs user no-body-here does not exist"), await client.EndedAsync());
    }

    [Fact]
    public async Task Run_as_needs_a_user()
    {
        var inputs = SessionInputs.Default with { RunAsEnabled = true };
        await using var client = NodeClient.Begin(_node, NodeClient.Plan(SessionType.StandardStream, inputs: inputs));
        await client.WaitForAsync(PayloadType.HandshakeRequest);
        await client.AnswerHandshakeAsync("1.2.677.0");

        Assert.Equal(SessionOutcome.Failed("Unable to start command: please set the RunAs default user"), await client.EndedAsync());
    }

    [Fact]
    public async Task The_owners_user_goes_before_the_one_of_the_preferences()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can run as another user.");
        var inputs = SessionInputs.Default with { RunAsEnabled = true, RunAsDefaultUser = "nobody" };
        var plan = NodeClient.Plan(SessionType.InteractiveCommands, """{"linux":{"commands":"id -un; id -Gn; stat -c %U $(tty); echo $USER $HOME; env | grep -c HOSTNAME"}}""", inputs);
        await using var client = await NodeClient.StartAsync(_node, plan with { RunAsUser = "daemon" });

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.StartsWith("daemon\r\ndaemon\r\ndaemon\r\ndaemon /usr/sbin\r\n", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_elevated_runs_as_the_service_does()
    {
        var inputs = SessionInputs.Default with { RunAsEnabled = true, RunAsDefaultUser = "no-body-here" };
        await using var client = await NodeClient.StartAsync(
            _node, NodeClient.Plan(SessionType.InteractiveCommands, """{"linux":{"commands":"id -un","runAsElevated":true}}""", inputs));

        await client.EndedAsync();

        Assert.Equal(Environment.UserName + "\r\n", client.Output);
    }

    [Fact]
    public async Task The_shell_dies_with_the_service()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "It takes setpriv of util-linux to bind the shell's life to the service's.");
        await using var client = await StartCommandAsync("exec setpriv --dump");

        await client.EndedAsync();

        Assert.Contains("Parent death signal: KILL", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_started_with_nohup_lives_on_after_an_ordinary_end()
    {
        await using var client = await StartShellAsync();
        await client.TypeAsync("echo shell=$$=; nohup sleep 5 >/dev/null 2>&1 & exit\r");

        await client.EndedAsync();
        await client.DisposeAsync();

        Assert.NotEmpty(LinuxProcesses.OfSession(LinuxProcesses.ShellIn(client.Output)));
    }

    [Fact]
    public async Task A_command_that_is_sent_at_once_is_not_lost()
    {
        await using var client = NodeClient.Begin(_node, NodeClient.Plan(SessionType.StandardStream));

        await client.ResizeAsync(91, 19);
        await client.TypeAsync("stty size; exit\r");

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Contains("19 91", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_transcript_has_what_the_client_saw_and_the_sizes()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var plan = NodeClient.Plan(SessionType.StandardStream);
        var node = new LocalNode(new NodeOptions { OpenTranscript = p => new AsciicastTranscript(folder, p, TimeProvider.System) }, TimeProvider.System);
        await using var client = await NodeClient.StartAsync(node, plan);
        await client.ResizeAsync(100, 30);
        await client.TypeAsync("echo tr-$((1))-é; exit\r");
        await client.EndedAsync();
        await client.DisposeAsync();

        var lines = await File.ReadAllLinesAsync(Path.Combine(folder, plan.SessionId + ".cast"));

        var shown = lines.Skip(1).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).Where(e => e[1].GetString() == "o");
        Assert.Equal(client.Output, string.Concat(shown.Select(e => e[2].GetString())));
        Directory.Delete(folder, recursive: true);
    }

    private Task<NodeClient> StartShellAsync() => NodeClient.StartAsync(_node, NodeClient.Plan(SessionType.StandardStream));

    private Task<NodeClient> StartCommandAsync(string command) => NodeClient.StartAsync(
        _node,
        NodeClient.Plan(SessionType.InteractiveCommands, """{"linux":{"commands":"{{ command }}"}}""", parameters: ("command", [command])));

    private static string Md5(string text)
    {
#pragma warning disable CA5351
        return Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
    }
}
