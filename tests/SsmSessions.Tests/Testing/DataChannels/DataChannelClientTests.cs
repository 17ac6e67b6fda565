using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Tests.Testing.DataChannels;

/// <summary>The client of tests, in memory and over a websocket, against a scripted agent.</summary>
public sealed class DataChannelClientTests
{
    private static readonly Dictionary<string, string> Forwarding = new() { ["portNumber"] = "80", ["type"] = "LocalPortForwarding" };

    [Fact]
    public async Task A_shell_in_memory_begins_with_the_handshake_and_the_size()
    {
        await using var pair = new MemoryPair("Standard_Stream", null, new DataChannelClientOptions { Terminal = (80, 24) });
        await pair.Agent.StartAsync();
        await pair.Client.WaitUntilReadyAsync();
        var size = await pair.Agent.NextAsync();
        await pair.Client.SendInputAsync("echo hi\r");

        Assert.Equal("3.3.987.0", (await pair.Client.WaitForHandshakeAsync()).AgentVersion);
        Assert.Equal((PayloadType.Size, """{"cols":80,"rows":24}"""), (size.Type, Encoding.UTF8.GetString(size.Payload)));
        Assert.Equal("echo hi\r", await pair.Client.ReadUntilAsync("\r"));
        Assert.Equal(
            """{"ClientVersion":"1.2.677.0","ProcessedClientActions":[{"ActionType":"SessionType","ActionStatus":1,"ActionResult":null,"Error":""}],"Errors":null}""",
            Encoding.UTF8.GetString(pair.Agent.Response!.ToPayload()));
        await pair.Client.DrainAsync();
        Assert.Equal(0, pair.Client.DroppedFrames);
    }

    [Fact]
    public async Task A_session_type_that_is_not_known_is_refused()
    {
        await using var pair = new MemoryPair("Dance", null);
        await pair.Agent.StartAsync();
        await pair.Client.WaitForHandshakeAsync();
        await pair.Client.DrainAsync();

        var action = Assert.Single(pair.Agent.Response!.ProcessedClientActions!);
        Assert.Equal((2, "Failed to process action SessionType: Unknown session type Dance"), (action.ActionStatus, action.Error));
    }

    [Fact]
    public async Task Streams_of_a_multiplexed_port_session_carry_bytes_both_ways()
    {
        await using var pair = new MemoryPair("Port", Forwarding, new DataChannelClientOptions { PayloadBytes = 32 * 1024 });
        await pair.Agent.StartAsync();
        await pair.Client.WaitUntilReadyAsync();
        var data = RandomNumberGenerator.GetBytes(1_000_000);
        var streams = new[] { await pair.Client.OpenStreamAsync(), await pair.Client.OpenStreamAsync() };
        var echoes = await Task.WhenAll(streams.Select(async stream =>
        {
            var writing = stream.WriteAsync(data, default).AsTask();
            var echo = await pair.Client.ReadAsync(stream, data.Length);
            await writing;
            await stream.CloseAsync(default);
            return echo;
        }));

        Assert.All(echoes, echo => Assert.Equal(data, echo));
        Assert.Equal(0, pair.Client.DroppedFrames);
    }

    [Fact]
    public async Task A_basic_port_session_discards_output_until_there_is_a_local_connection()
    {
        await using var pair = new MemoryPair("Port", Forwarding, agentVersion: "3.0.196.0");
        pair.Agent.Channel.PeerMayDiscard = true;
        await pair.Agent.StartAsync();
        await pair.Client.WaitUntilReadyAsync();
        await pair.Agent.Channel.SendAsync(PayloadType.Output, "SSH-2.0\n"u8.ToArray(), default);
        await pair.Client.SendAsync(PayloadType.Flag, ChannelFlag.DisconnectToPort.ToPayload());
        await pair.Client.DrainAsync();

        Assert.Empty(pair.Client.Output);
        pair.Client.ConnectLocal();
        Assert.Equal("SSH-2.0\n", await pair.Client.ReadUntilAsync("\n"));
    }

    [Fact]
    public async Task Exit_code_flags_and_standard_error_are_told_apart()
    {
        await using var pair = new MemoryPair("NonInteractiveCommands", null);
        await pair.Agent.StartAsync();
        await pair.Client.WaitUntilReadyAsync();
        await pair.Agent.Channel.SendAsync(PayloadType.StandardError, "oh"u8.ToArray(), default);
        await pair.Agent.Channel.SendAsync(PayloadType.Flag, ChannelFlag.ConnectToPortError.ToPayload(), default);
        await pair.Agent.Channel.SendAsync(PayloadType.ExitCode, ExitCode.ToPayload(7), default);

        Assert.Equal(7, await pair.Client.WaitForExitCodeAsync());
        await pair.Client.WaitForFlagAsync(ChannelFlag.ConnectToPortError);
        Assert.Equal("oh"u8.ToArray(), pair.Client.ErrorOutput);
        Assert.Empty(pair.Client.Output);
    }

    [Fact]
    public async Task The_first_message_of_a_websocket_is_the_plugins()
    {
        await using var server = await AgentServer.StartAsync("Standard_Stream");
        var options = new DataChannelClientOptions();
        await using var client = await DataChannelClient.ConnectAsync(server.Url, "the token", options);
        await client.WaitUntilReadyAsync();
        var text = await server.NextTextAsync();

        var request = JsonDocument.Parse(text).RootElement.GetProperty("RequestId").GetGuid();
        Assert.Equal(
            $$"""{"MessageSchemaVersion":"1.0","RequestId":"{{request}}","TokenValue":"the token","ClientId":"{{options.ClientId}}","ClientVersion":"1.2.677.0"}""",
            text);
    }

    [Theory]
    [InlineData(ChannelRole.Client)]
    [InlineData(ChannelRole.Agent)]
    public async Task A_websocket_that_is_lost_is_replaced_and_nothing_is_lost_with_it(ChannelRole rules)
    {
        await using var server = await AgentServer.StartAsync("Standard_Stream");
        await using var client = await DataChannelClient.ConnectAsync(server.Url, "1", new DataChannelClientOptions { Rules = rules });
        await client.WaitUntilReadyAsync();
        var expected = new StringBuilder();
        for (var round = 0; round < 5; round++)
        {
            await server.NextTextAsync();
            for (var i = 0; i < 20; i++)
            {
                await client.SendInputAsync($"{round}.{i};");
                expected.Append($"{round}.{i};");
            }

            if (round % 2 == 0)
                client.Abort();
            else
                server.Drop();
            await client.WaitForSocketEndAsync();
            await client.ReopenAsync(server.Url, $"{round + 2}");
        }

        await client.SendInputAsync("end");
        expected.Append("end");
        Assert.Equal(expected.ToString(), await client.ReadUntilAsync("end"));
        await client.DrainAsync();
    }

    [Fact]
    public async Task The_end_says_what_the_service_said()
    {
        await using var server = await AgentServer.StartAsync("Standard_Stream");
        await using var client = await DataChannelClient.ConnectAsync(server.Url, "1");
        await server.NextTextAsync();
        await server.SendAsync(ChannelClosed.ToFrame("s", "i-1", "Too late.", 1_700_000_000_000));
        await server.CloseAsync(WebSocketCloseStatus.PolicyViolation, "bye");

        Assert.Equal("Too late.", await client.WaitForChannelClosedAsync());
        Assert.Equal(new SocketEnd(WebSocketCloseStatus.PolicyViolation, "bye"), await client.WaitForSocketEndAsync());
    }

    [Fact]
    public async Task A_wrong_digest_is_dropped_and_counted()
    {
        await using var server = await AgentServer.StartAsync("Standard_Stream");
        await using var client = await DataChannelClient.ConnectAsync(server.Url, "1");
        await client.WaitUntilReadyAsync();
        var frame = new byte[AgentMessage.HeaderBytes + 2];
        AgentMessage.Write(frame, MessageType.OutputStreamData, 1, 2, 0, Guid.NewGuid(), PayloadType.Output, "no"u8);
        frame[^1]++;
        await server.SendAsync(frame);
        await client.SendInputAsync("yes");

        Assert.Equal("yes", await client.ReadUntilAsync("yes"));
        Assert.Equal(1, client.DroppedFrames);
    }

    [Fact]
    public async Task A_wait_that_is_in_vain_says_what_came_instead()
    {
        await using var pair = new MemoryPair("Standard_Stream", null, new DataChannelClientOptions { Deadline = TimeSpan.FromMilliseconds(200) });
        await pair.Agent.StartAsync();
        await pair.Agent.Channel.DrainAsync(default);

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => pair.Client.WaitForChannelClosedAsync());
        Assert.StartsWith("Waited 00:00:00.2000000 for channel_closed. Request: True", failure.Message, StringComparison.Ordinal);
    }

    private sealed class MemoryPair : IAsyncDisposable
    {
        private readonly MemoryLink _toAgent = new();
        private readonly MemoryLink _toClient = new();

        public MemoryPair(
            string sessionType, Dictionary<string, string>? properties, DataChannelClientOptions? options = null, string agentVersion = "3.3.987.0")
        {
            Agent = new ScriptedAgent(_toClient, sessionType, properties) { AgentVersion = agentVersion };
            Client = new DataChannelClient(_toAgent, options);
            _toAgent.DeliverTo(Agent.Channel.ReceiveAsync);
            _toClient.DeliverTo(Client.ReceiveAsync);
        }

        public ScriptedAgent Agent { get; }

        public DataChannelClient Client { get; }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Agent.DisposeAsync();
            await _toAgent.DisposeAsync();
            await _toClient.DisposeAsync();
        }
    }
}
