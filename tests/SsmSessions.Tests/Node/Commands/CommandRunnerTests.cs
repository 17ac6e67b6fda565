using System.Text.Json;
using SsmSessions.Channel;
using SsmSessions.Core.Documents;
using SsmSessions.Node;

namespace SsmSessions.Tests.Node.Commands;

public sealed class CommandRunnerTests
{
    private readonly LocalNode _node = new(new NodeOptions(), TimeProvider.System);

    public CommandRunnerTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Commands of the local node need Linux.");

    [Fact]
    public async Task Output_and_errors_come_together_when_the_command_has_ended()
    {
        await using var client = await StartAsync("""sh -c "echo one; echo two >&2; echo three; exit 3" """);

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Equal([(PayloadType.Output, "one\ntwo\nthree\n")], Texts(client));
        await client.WaitAsync(() => client.States.Count == 2, "the second state");
        Assert.Equal(["Connected", "Terminating"], client.States);
    }

    [Fact]
    public async Task Much_collected_output_arrives_whole()
    {
        await using var client = await StartAsync("seq 1 100000");

        await client.EndedAsync();

        Assert.Equal(string.Concat(Enumerable.Range(1, 100_000).Select(i => $"{i}\n")), client.Output);
    }

    [Fact]
    public async Task Separate_output_goes_apart_with_its_prefixes_and_the_exit_code()
    {
        await using var client = await StartAsync(
            """sh -c "echo one; printf err >&2; exit 3" """, ("separateOutputStream", "true"), ("stdOutSeparatorPrefix", "OUT:"), ("stdErrSeparatorPrefix", "ERR:\n"));

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Equal(
            [(PayloadType.Output, "OUT:one\n"), (PayloadType.StandardError, "ERR:\nerr"), (PayloadType.ExitCode, "EXIT_CODE: 3")],
            Texts(client).OrderBy(text => text.Type));
    }

    [Fact]
    public async Task A_prefix_stands_only_before_what_begins_a_line()
    {
        var go = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var client = await StartAsync(
            $"sh -c \"mkfifo -m 600 {go}; printf first; cat {go}; printf second; rm {go}\"", ("separateOutputStream", "true"), ("stdOutSeparatorPrefix", "P:"));
        await client.WaitForOutputAsync("P:first");
        await File.WriteAllTextAsync(go, "");

        await client.EndedAsync();

        Assert.Equal("P:firstsecond", client.Output);
    }

    [Fact]
    public async Task A_prefix_may_not_be_anything()
    {
        await using var client = await BeginAsync("true", ("separateOutputStream", "true"), ("stdOutSeparatorPrefix", "a@b"));

        Assert.Equal(SessionOutcome.Failed("invalid stdoutSeparatorPrefix a@b"), await client.EndedAsync());
    }

    [Fact]
    public async Task An_old_client_is_told_that_it_does_not_know_separate_output()
    {
        await using var client = await NodeClient.StartAsync(_node, Plan("true", ("separateOutputStream", "true")), "1.2.295.0");

        Assert.Equal(
            "Please update session manager plugin to version 1.2.312.0 or later for separate output and errors.",
            SsmSessions.Channel.Payloads.HandshakeComplete.Read(await client.WaitForAsync(PayloadType.HandshakeComplete))!.CustomerMessage);
    }

    [Theory]
    [InlineData("\u0003", "INT")]
    [InlineData("abc\u001c", "QUIT")]
    public async Task Control_bytes_become_signals(string input, string signal)
    {
        await using var client = await StartAsync(
            $"sh -c \"trap 'echo got-{signal}; exit 5' {signal}; echo ready; while :; do sleep 0.05; done\"", ("separateOutputStream", "true"));
        await client.WaitForOutputAsync("ready");

        await client.TypeAsync("ignored");
        await client.TypeAsync(input);

        await client.EndedAsync();
        Assert.Equal("EXIT_CODE: 5", client.Text(PayloadType.ExitCode));
    }

    [Fact]
    public async Task A_command_that_a_signal_ends_has_exit_code_minus_one()
    {
        await using var client = await StartAsync("sh -c \"kill -9 $$\"", ("separateOutputStream", "true"));

        await client.EndedAsync();

        Assert.Equal("EXIT_CODE: -1", client.Text(PayloadType.ExitCode));
    }

    [Theory]
    [InlineData("no-such-program x", "exec: \"no-such-program\": executable file not found in $PATH")]
    [InlineData("/no/such/program", "fork/exec /no/such/program: no such file or directory")]
    [InlineData("/etc/passwd", "fork/exec /etc/passwd: permission denied")]
    public async Task A_command_that_cannot_be_started_says_so_as_an_error(string command, string reason)
    {
        await using var client = await StartAsync(command);

        Assert.Equal(SessionOutcome.Failed($"Error occurred starting the command: {reason}\n"), await client.EndedAsync());
        Assert.Equal([(PayloadType.StandardError, $"Error occurred starting the command: {reason}\n")], Texts(client));
    }

    [Theory]
    [InlineData("echo 'x", "Failed to parse commands input: EOF found when expecting closing quote")]
    [InlineData("# nothing", "Commands cannot be empty for session type NonInteractiveCommands")]
    [InlineData("", "Commands cannot be empty for session type NonInteractiveCommands")]
    public async Task A_command_line_that_is_none_fails_the_session(string command, string reason)
    {
        await using var client = await BeginAsync(command);

        Assert.Equal(SessionOutcome.Failed(reason), await client.EndedAsync());
    }

    [Fact]
    public async Task The_parameters_value_is_one_word_or_many_as_it_is_quoted()
    {
        var plan = NodeClient.Plan(
            SessionType.NonInteractiveCommands, """{"linux":{"commands":"printf <%s> '{{ a }}' {{ a }}"}}""", parameters: ("a", ["x y"]));
        await using var client = await NodeClient.StartAsync(_node, plan);

        await client.EndedAsync();

        Assert.Equal("<x y><x><y>", client.Output);
    }

    [Fact]
    public async Task A_list_of_commands_is_a_script()
    {
        var plan = NodeClient.Plan(SessionType.NonInteractiveCommands, """{"linux":{"commands":["x=1","echo $x"]}}""");
        await using var client = await NodeClient.StartAsync(_node, plan);

        await client.EndedAsync();

        Assert.Equal("1\n", client.Output);
    }

    [Fact]
    public async Task A_command_has_no_input_and_no_terminal()
    {
        await using var client = await StartAsync("sh -c \"cat; tty; readlink /proc/self/fd/0\"");

        await client.EndedAsync();

        Assert.Equal("not a tty\n/dev/null\n", client.Output);
    }

    [Fact]
    public async Task The_end_of_the_session_ends_the_command_and_what_it_started()
    {
        await using var client = await StartAsync("sh -c \"echo shell=$$=; sleep 1000; sleep 1000\"", ("separateOutputStream", "true"));
        await client.WaitAsync(() => LinuxProcesses.ShellIn(client.Output) > 0, "the process id");
        var leader = LinuxProcesses.ShellIn(client.Output);

        await client.FlagAsync(ChannelFlag.TerminateSession);
        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());

        await client.WaitAsync(() => LinuxProcesses.OfSession(leader).Count == 0, "the end of all processes", look: true);
    }

    [Fact]
    public async Task A_client_that_does_not_read_stops_the_command()
    {
        await using var client = await StartAsync("sh -c \"echo shell=$$=; exec yes\"", ("separateOutputStream", "true"));
        await client.WaitForOutputAsync("y\ny");
        var received = 0L;
        client.OnOutput = output => (received += output.Length) >= 0;
        client.StopReading();

        var channel = ((NodeSession)client.Session).Channel;
        await client.WaitAsync(() => !channel.HasRoom, "a full window", look: true);
        await client.TypeAsync("\u0003");
        client.Read();

        await client.EndedAsync();
        Assert.InRange(received, 1, 8 * 1024 * 1024);
        Assert.Equal("EXIT_CODE: -1", client.Text(PayloadType.ExitCode));
    }

    private static IEnumerable<(PayloadType Type, string Text)> Texts(NodeClient client) => client.Messages
        .Where(message => message.Type is PayloadType.Output or PayloadType.StandardError or PayloadType.ExitCode)
        .Select(message => (message.Type, System.Text.Encoding.UTF8.GetString(message.Payload)));

    private static SessionPlan Plan(string command, params (string Name, string Value)[] members)
    {
        var branch = new Dictionary<string, string>(members.Select(member => KeyValuePair.Create(member.Name, member.Value)), StringComparer.Ordinal) { ["commands"] = command };
        return NodeClient.Plan(SessionType.NonInteractiveCommands, JsonSerializer.Serialize(new { linux = branch }));
    }

    private Task<NodeClient> StartAsync(string command, params (string Name, string Value)[] members) => NodeClient.StartAsync(_node, Plan(command, members));

    private async Task<NodeClient> BeginAsync(string command, params (string Name, string Value)[] members)
    {
        var client = NodeClient.Begin(_node, Plan(command, members));
        await client.WaitForAsync(PayloadType.HandshakeRequest);
        await client.AnswerHandshakeAsync("1.2.677.0");
        return client;
    }
}
