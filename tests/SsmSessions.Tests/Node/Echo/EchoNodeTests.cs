using System.Text;
using SsmSessions.Channel;
using SsmSessions.Core.Documents;
using SsmSessions.Node;

namespace SsmSessions.Tests.Node.Echo;

public sealed class EchoNodeTests
{
    private readonly EchoNode _node = new(new NodeOptions(), TimeProvider.System);

    [Fact]
    public async Task A_shell_says_back_every_byte()
    {
        await using var client = await NodeClient.StartAsync(_node, NodeClient.Plan(SessionType.StandardStream));
        byte[] bytes = [0, 1, 2, 3, 0xFF, 0xC3, (byte)'e', (byte)'x', (byte)'i', (byte)'t', (byte)' ', (byte)'\r'];

        await client.SendAsync(PayloadType.Output, bytes);
        await client.ResizeAsync(1, 1);
        await client.TypeAsync("next");
        await client.WaitForOutputAsync("next");

        Assert.Equal(bytes, client.Messages.First(message => message.Type == PayloadType.Output).Payload);
    }

    [Theory]
    [InlineData("exit\r")]
    [InlineData("exit\n")]
    [InlineData("some\rexit\r")]
    [InlineData("some\u0004")]
    [InlineData("no exit\rexit\nmore")]
    public async Task The_line_exit_or_control_D_ends_it(string input)
    {
        await using var client = await NodeClient.StartAsync(_node, NodeClient.Plan(SessionType.StandardStream));

        await client.TypeAsync(input);

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Equal(input, client.Output);
        await client.WaitAsync(() => client.States.Count == 2, "the second state");
        Assert.Equal(["Connected", "Terminating"], client.States);
    }

    [Fact]
    public async Task The_line_may_come_byte_by_byte()
    {
        await using var client = await NodeClient.StartAsync(_node, NodeClient.Plan(SessionType.StandardStream));

        foreach (var c in "exits\rxexit\rexit\r")
            await client.TypeAsync(c.ToString());

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Equal("exits\rxexit\rexit\r", client.Output);
    }

    [Fact]
    public async Task Interactive_commands_are_said_first()
    {
        var plan = NodeClient.Plan(SessionType.InteractiveCommands, """{"linux":{"commands":"{{ c }}"},"macos":{"commands":"{{ c }}"},"windows":{"commands":"{{ c }}"}}""", parameters: ("c", ["top -b"]));
        await using var client = await NodeClient.StartAsync(_node, plan);

        await client.TypeAsync("q\u0004");

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Equal("top -b\r\nq\u0004", client.Output);
    }

    [Theory]
    [InlineData("false", "", "hi there\n", null)]
    [InlineData("true", "O:", "O:hi there\n", "EXIT_CODE: 0")]
    public async Task Other_commands_are_said_and_succeed(string separate, string prefix, string output, string? exitCode)
    {
        var branch = $$"""{"commands":"hi there","separateOutputStream":"{{separate}}","stdOutSeparatorPrefix":"{{prefix}}"}""";
        var plan = NodeClient.Plan(SessionType.NonInteractiveCommands, $$"""{"linux":{{branch}},"macos":{{branch}},"windows":{{branch}}}""");
        await using var client = await NodeClient.StartAsync(_node, plan);

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Equal((output, exitCode ?? ""), (client.Output, client.Text(PayloadType.ExitCode)));
    }

    [Theory]
    [InlineData("""{"portNumber":"1"}""")]
    [InlineData("""{"portNumber":"1","type":"LocalPortForwarding"}""")]
    public async Task A_port_says_back_everything(string properties)
    {
        await using var client = await NodeClient.StartAsync(_node, NodeClient.Plan(SessionType.Port, properties), "1.1.69");

        await client.TypeAsync("exit\r");
        await client.TypeAsync("more");

        await client.WaitForOutputAsync("exit\rmore");
    }

    [Fact]
    public async Task Each_stream_of_a_port_says_back_everything()
    {
        await using var client = await StreamsClient.StartAsync(_node, 1);
        await using var one = await client.Client.OpenStreamAsync();
        await using var two = await client.Client.OpenStreamAsync();

        await one.WriteAsync("one"u8.ToArray(), CancellationToken.None);
        await two.WriteAsync("two"u8.ToArray(), CancellationToken.None);

        Assert.Equal("two", Encoding.ASCII.GetString((await two.ReadAsync(CancellationToken.None)).Span));
        Assert.Equal("one", Encoding.ASCII.GetString((await one.ReadAsync(CancellationToken.None)).Span));
    }

    [Fact]
    public async Task Much_that_is_said_comes_back_whole_though_the_client_is_slow()
    {
        await using var client = await NodeClient.StartAsync(_node, NodeClient.Plan(SessionType.Port, """{"portNumber":"1"}"""));
        var data = new byte[20_000_000];
        new Random(1).NextBytes(data);
        var received = client.TakeOutputAsync(data.Length);

        client.StopReading();
        var sending = Task.Run(async () =>
        {
            foreach (var part in data.Chunk(32 * 1024))
                await client.SendAsync(PayloadType.Output, part);
        });
        await client.WaitAsync(() => !client.End.HasRoom, "a full window", look: true);
        client.Read();
        await sending.WaitAsync(NodeClient.Patience);

        Assert.True((await received.WaitAsync(NodeClient.Patience)).AsSpan().SequenceEqual(data));
    }
}
