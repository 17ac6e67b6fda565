using System.Net.Sockets;
using SsmSessions.Channel;
using SsmSessions.Core.Documents;
using SsmSessions.Node;

namespace SsmSessions.Tests.Node.Ports;

/// <summary>Port sessions with one connection at a time: plain streams and basic forwarding.</summary>
public sealed class TargetRunnerTests : IDisposable
{
    /// <summary>The last version that does not multiplex.</summary>
    private const string OldClient = "1.1.69";

    private readonly LocalNode _node = new(new NodeOptions(), TimeProvider.System);
    private readonly TestTarget _target = new();

    public void Dispose() => _target.Dispose();

    [Fact]
    public async Task A_plain_stream_is_connected_before_any_input_and_ends_with_its_target()
    {
        await using var client = await StartPlainAsync();
        using (var target = await _target.AcceptAsync())
        {
            await TestTarget.SendAsync(target, "SSH-2.0-x\r\n"u8.ToArray());
            await client.WaitForOutputAsync("SSH-2.0-x");
            await client.TypeAsync("hello");
            Assert.Equal("hello", await TestTarget.ReceiveTextAsync(target, 5));
            await TestTarget.SendAsync(target, new byte[1_000_000]);
        }

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Equal(1_000_011, client.Messages.Where(message => message.Type == PayloadType.Output).Sum(message => message.Payload.Length));
        Assert.Equal(["Connected"], client.States);
    }

    [Fact]
    public async Task A_target_that_is_not_there_fails_the_session()
    {
        _target.Close();
        var port = _target.Port;
        await using var client = await NodeClient.StartAsync(_node, Plan($$"""{"portNumber":"{{port}}"}"""));

        Assert.Equal(SessionOutcome.Failed($"Unable to connect to specified port: dial tcp 127.0.0.1:{port}: connect: connection refused"), await client.EndedAsync());
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.253")]
    [InlineData("fd00:ec2::254")]
    public async Task Some_addresses_are_never_forwarded_to(string host)
    {
        await using var client = await NodeClient.StartAsync(_node, Plan($$"""{"portNumber":"80","host":"{{host}}"}"""));

        Assert.Equal(SessionOutcome.Failed($"Unable to connect to specified port: Forwarding to IP address {host} is forbidden."), await client.EndedAsync());
    }

    [Theory]
    [InlineData("{}", "Port number is empty in session properties.")]
    [InlineData("""{"portNumber":80}""", "Unable to remarshal session properties. portNumber must be a string.")]
    [InlineData("""{"portNumber":"x"}""", "Unable to connect to specified port: dial tcp: address x: invalid port")]
    [InlineData("""{"portNumber":"80","host":"no such host"}""", "Unable to connect to specified port: dial tcp: lookup no such host: no such host")]
    public async Task Properties_must_be_usable(string properties, string reason)
    {
        await using var client = NodeClient.Begin(_node, Plan(properties));
        await client.WaitForAsync(PayloadType.HandshakeRequest);
        await client.AnswerHandshakeAsync("1.2.677.0");

        Assert.Equal(SessionOutcome.Failed(reason), await client.EndedAsync());
    }

    [Fact]
    public async Task A_remote_host_is_dialled_by_its_name()
    {
        await using var client = await NodeClient.StartAsync(_node, Plan($$"""{"portNumber":"{{_target.Port}}","host":"127.0.0.1"}"""));

        using var target = await _target.AcceptAsync();
    }

    [Fact]
    public async Task Input_that_comes_before_the_target_waits_for_it()
    {
        await using var client = await StartPlainAsync();
        await client.TypeAsync("early");

        using var target = await _target.AcceptAsync();

        Assert.Equal("early", await TestTarget.ReceiveTextAsync(target, 5));
    }

    [Fact]
    public async Task Much_data_goes_through_a_target_that_sends_it_back()
    {
        _ = _target.EchoAsync();
        await using var client = await StartPlainAsync();
        var data = Data(20_000_000);
        var received = client.TakeOutputAsync(data.Length);

        foreach (var part in data.Chunk(32 * 1024))
            await client.SendAsync(PayloadType.Output, part);

        Assert.True((await received.WaitAsync(NodeClient.Patience)).AsSpan().SequenceEqual(data));
    }

    [Fact]
    public async Task A_slow_target_stops_the_client_and_gets_everything()
    {
        await using var client = await StartPlainAsync();
        using var target = await _target.AcceptAsync();
        var data = Data(40_000_000);

        var sending = Task.Run(async () =>
        {
            foreach (var part in data.Chunk(32 * 1024))
                await client.SendAsync(PayloadType.Output, part);
        });
        await client.WaitAsync(() => !HasRoom(client), "a full queue", look: true);
        Assert.False(sending.IsCompleted);

        Assert.True((await TestTarget.ReceiveAsync(target, data.Length)).AsSpan().SequenceEqual(data));
        await sending;
    }

    [Fact]
    public async Task A_slow_client_stops_the_target()
    {
        await using var client = await StartPlainAsync();
        using var target = await _target.AcceptAsync();
        client.StopReading();
        var data = Data(40_000_000);
        var sending = TestTarget.SendAsync(target, data);
        var channel = ((NodeSession)client.Session).Channel;
        await client.WaitAsync(() => !channel.HasRoom, "a full window", look: true);
        Assert.False(sending.IsCompleted);

        var received = 0L;
        client.OnOutput = output => (received += output.Length) > 0;
        client.Read();
        await sending.WaitAsync(NodeClient.Patience);
        target.Dispose();

        await client.EndedAsync();
        Assert.Equal(data.Length, received);
    }

    [Fact]
    public async Task Basic_forwarding_connects_again_when_the_client_does()
    {
        await using var client = await StartBasicAsync();
        using (var first = await _target.AcceptAsync())
        {
            await client.TypeAsync("one");
            Assert.Equal("one", await TestTarget.ReceiveTextAsync(first, 3));
            await client.TypeAsync("last");
            await client.FlagAsync(ChannelFlag.DisconnectToPort);
            Assert.Equal("last", await TestTarget.ReceiveTextAsync(first, 1000));
        }

        await client.TypeAsync("two");
        using var second = await _target.AcceptAsync();
        Assert.Equal("two", await TestTarget.ReceiveTextAsync(second, 3));
        await TestTarget.SendAsync(second, "back"u8.ToArray());
        await client.WaitForOutputAsync("back");
    }

    [Fact]
    public async Task Basic_forwarding_outlives_a_target_that_closes()
    {
        await using var client = await StartBasicAsync();
        using (var first = await _target.AcceptAsync())
        {
            await client.TypeAsync("one");
            await TestTarget.ReceiveAsync(first, 3);
            await TestTarget.SendAsync(first, "bye"u8.ToArray());
        }

        await client.WaitForOutputAsync("bye");
        using var second = await TypeUntilAcceptedAsync(client);

        Assert.False(client.Session.Completion.IsCompleted);
    }

    [Fact]
    public async Task Basic_forwarding_fails_when_the_target_is_gone_for_good()
    {
        await using var client = await StartBasicAsync();
        var first = await _target.AcceptAsync();
        await client.FlagAsync(ChannelFlag.DisconnectToPort);
        await TestTarget.ReceiveAsync(first, 1);
        first.Dispose();
        var port = _target.Port;
        _target.Close();

        await client.TypeAsync("again");

        Assert.Equal(
            SessionOutcome.Failed($"Unable to connect to specified port: dial tcp 127.0.0.1:{port}: connect: connection refused"), await client.EndedAsync());
    }

    private static bool HasRoom(NodeClient client) => ((NodeSession)client.Session).WaitForRoomAsync(CancellationToken.None).AsTask().IsCompleted;

    private static byte[] Data(int length)
    {
        var data = new byte[length];
        new Random(1).NextBytes(data);
        return data;
    }

    private static SessionPlan Plan(string properties) => NodeClient.Plan(SessionType.Port, properties);

    /// <summary>When the node notices that the target closed is its own affair: input goes to either connection until then.</summary>
    private async Task<Socket> TypeUntilAcceptedAsync(NodeClient client)
    {
        var accepting = _target.AcceptAsync();
        while (!accepting.IsCompleted)
        {
            await client.TypeAsync("x");
            await Task.WhenAny(accepting, Task.Delay(10));
        }

        return await accepting;
    }

    private Task<NodeClient> StartPlainAsync() => NodeClient.StartAsync(_node, Plan($$"""{"portNumber":"{{_target.Port}}"}"""));

    private Task<NodeClient> StartBasicAsync() =>
        NodeClient.StartAsync(_node, Plan($$"""{"portNumber":"{{_target.Port}}","type":"LocalPortForwarding"}"""), OldClient);
}
