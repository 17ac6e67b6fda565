using System.Net.WebSockets;
using SsmSessions.Channel;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Tests.MessageGateway;

/// <summary>A session's channel from the first message to the last, on the node that echoes.</summary>
public sealed class DataChannelTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_shell_opens_echoes_and_ends()
    {
        var session = await _server.StartChannelAsync();
        Assert.Equal("Connecting", await _server.StatusAsync(session.Id));

        await using var client = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token);
        await client.WaitUntilReadyAsync();
        Assert.Equal("Connected", await _server.StatusAsync(session.Id));
        await client.SendInputAsync("hello");
        await client.ReadUntilAsync("hello");

        await client.SendInputAsync("\rexit\r");
        Assert.Equal("", await client.WaitForChannelClosedAsync());
        Assert.Equal("Terminated", await _server.StatusAsync(session.Id));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, (await client.WaitForSocketEndAsync()).Status);
    }

    [Fact]
    public async Task A_command_tells_its_exit_code()
    {
        await _server.CallAsync("CreateDocument", """
            {"Name":"Quick","DocumentType":"Session","Content":"{\"schemaVersion\":\"1.0\",\"sessionType\":\"NonInteractiveCommands\",\"properties\":{\"linux\":{\"commands\":\"do it\"},\"windows\":{\"commands\":\"do it\"},\"macos\":{\"commands\":\"do it\"},\"separateOutputStream\":true}}"}
            """);
        var (session, client) = await _server.OpenAsync("Quick");
        await using var _ = client;
        Assert.Equal(0, await client.WaitForExitCodeAsync());
        Assert.Contains("do it", client.OutputText, StringComparison.Ordinal);
        await client.WaitForChannelClosedAsync();
        Assert.Equal("Terminated", await _server.StatusAsync(session.Id));
    }

    [Fact]
    public async Task A_tunnel_carries_many_streams()
    {
        var (session, client) = await _server.OpenAsync("AWS-StartPortForwardingSession");
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var stream = await client.OpenStreamAsync();
            var sent = new byte[100_000];
            new Random(i).NextBytes(sent);
            var writing = stream.WriteAsync(sent, default).AsTask();
            var received = new List<byte>();
            while (received.Count < sent.Length)
                received.AddRange((await stream.ReadAsync(default)).Span);
            await writing;
            Assert.Equal(sent, received);
        }));
        await client.SendFlagAsync(ChannelFlag.TerminateSession);
        Assert.Equal("", await client.WaitForChannelClosedAsync());
        Assert.Equal("Terminated", await _server.StatusAsync(session.Id));
    }

    [Fact]
    public async Task A_client_that_lost_its_socket_comes_back_and_nothing_is_lost()
    {
        var (session, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        for (var i = 0; i < 5; i++)
        {
            await client.SendInputAsync($"before {i}.");
            client.Abort();
            await client.SendInputAsync($"between {i}.");
            await _server.WaitForStatusAsync(session.Id, "Disconnected");
            var resumed = await _server.ResumeSessionAsync(session.Id);
            await client.ReopenAsync(resumed.StreamUrl, resumed.Token);
            await client.ReadUntilAsync($"between {i}.");
            Assert.Equal("Connected", await _server.StatusAsync(session.Id));
        }

        Assert.Equal(string.Concat(Enumerable.Range(0, 5).Select(i => $"before {i}.between {i}.")), client.OutputText);
    }

    [Fact]
    public async Task A_client_that_comes_back_replaces_the_former()
    {
        var (session, former) = await _server.OpenAsync();
        await using var _ = former;
        await former.WaitUntilReadyAsync();

        var resumed = await _server.ResumeSessionAsync(session.Id);
        await using var client = await DataChannelClient.ConnectAsync(resumed.StreamUrl, resumed.Token);

        Assert.Null((await former.WaitForSocketEndAsync()).Status);
        Assert.Equal("Connected", await _server.StatusAsync(session.Id));
    }

    [Fact]
    public async Task Terminating_a_session_closes_its_channel_at_once()
    {
        var (session, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();

        await _server.CallAsync("TerminateSession", $$"""{"SessionId":"{{session.Id}}"}""");

        Assert.Equal("", await client.WaitForChannelClosedAsync());
        await _server.WaitForStatusAsync(session.Id, "Terminated");
        Assert.Contains("\"SessionId\"", (await _server.CallAsync("ResumeSession", $$"""{"SessionId":"{{session.Id}}"}""")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("TokenValue", (await _server.CallAsync("ResumeSession", $$"""{"SessionId":"{{session.Id}}"}""")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_terminated_while_its_client_is_away()
    {
        var (session, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        client.Abort();
        await _server.WaitForStatusAsync(session.Id, "Disconnected");
        await _server.CallAsync("TerminateSession", $$"""{"SessionId":"{{session.Id}}"}""");
        await _server.WaitForStatusAsync(session.Id, "Terminated");
    }

    [Fact]
    public async Task A_node_that_goes_away_ends_its_sessions()
    {
        var (session, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();

        using var answer = await _server.Http.DeleteAsync(new Uri($"/_ssm-sessions/nodes/{TestServer.Node}", UriKind.Relative));

        Assert.Equal("The node is no longer connected.", await client.WaitForChannelClosedAsync());
        await _server.WaitForStatusAsync(session.Id, "Terminated");
    }

    [Fact]
    public async Task A_node_that_is_gone_before_the_client_comes_fails_the_session()
    {
        var session = await _server.StartChannelAsync();
        using var answer = await _server.Http.DeleteAsync(new Uri($"/_ssm-sessions/nodes/{TestServer.Node}", UriKind.Relative));
        await using var client = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token);
        Assert.Equal("The node is no longer connected.", await client.WaitForChannelClosedAsync());
        Assert.Equal("Failed", await _server.StatusAsync(session.Id));
    }

    [Fact]
    public async Task A_reset_ends_every_channel()
    {
        var (_, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        using var answer = await _server.Http.PostAsync(new Uri("/_ssm-sessions/reset", UriKind.Relative), content: null);
        Assert.Equal("The service was reset.", await client.WaitForChannelClosedAsync());
    }

    [Fact]
    public async Task A_host_that_stops_ends_its_sessions()
    {
        var (_, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        await _server.DisposeAsync();
        Assert.Equal("The service is shutting down.", await client.WaitForChannelClosedAsync());
    }

    [Theory]
    [InlineData(MessageType.ChannelClosed)]
    [InlineData(MessageType.PausePublication)]
    [InlineData(MessageType.OutputStreamData)]
    [InlineData(MessageType.AgentSessionState)]
    [InlineData(MessageType.AgentTaskComplete)]
    public async Task What_is_not_a_clients_to_say_is_dropped(MessageType type)
    {
        var (_, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        var payload = """{"SessionState":"Terminating"}"""u8;
        var frame = new byte[AgentMessage.HeaderBytes + payload.Length];
        AgentMessage.Write(frame, type, 1_700_000_000_000, 0, 0, Guid.NewGuid(), PayloadType.None, payload);
        await client.SendRawAsync(frame);
        await client.SendInputAsync("still here");
        await client.ReadUntilAsync("still here");
    }

    [Fact]
    public async Task Frames_with_false_lengths_are_dropped_and_the_channel_stays()
    {
        var (_, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        var good = new byte[AgentMessage.HeaderBytes + 4];
        AgentMessage.Write(good, MessageType.InputStreamData, 1_700_000_000_000, 1, 0, Guid.NewGuid(), PayloadType.Output, "evil"u8);
        var twoGigabytes = (byte[])good.Clone();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(twoGigabytes, int.MaxValue);
        var longPayload = (byte[])good.Clone();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(longPayload.AsSpan(116), int.MaxValue);
        foreach (var frame in (byte[][])[twoGigabytes, longPayload, good[..50], [], new byte[120]])
            await client.SendRawAsync(frame);
        await client.SendInputAsync("still here");
        await client.ReadUntilAsync("still here");
        Assert.Equal("still here", client.OutputText);
    }

    [Theory]
    [InlineData(WebSocketMessageType.Text, 10, WebSocketCloseStatus.InvalidMessageType, "A text message came where a binary one is due.")]
    [InlineData(WebSocketMessageType.Binary, (256 * 1024) + 1, WebSocketCloseStatus.MessageTooBig, "A message is larger than 256 KiB.")]
    public async Task A_wrong_websocket_message_closes_that_channel_only(
        WebSocketMessageType type, int bytes, WebSocketCloseStatus status, string output)
    {
        var (session, client) = await _server.OpenAsync();
        await using var _ = client;
        var (_, other) = await _server.OpenAsync();
        await using var __ = other;
        await client.WaitUntilReadyAsync();

        await client.SendRawAsync(new byte[bytes], type);

        Assert.Equal(output, await client.WaitForChannelClosedAsync());
        Assert.Equal(status, (await client.WaitForSocketEndAsync()).Status);
        await _server.WaitForStatusAsync(session.Id, "Disconnected");
        await other.SendInputAsync("still here");
        await other.ReadUntilAsync("still here");
    }

    [Fact]
    public async Task Where_a_log_would_lie_is_told_at_the_end()
    {
        await _server.CallAsync("CreateDocument", """
            {"Name":"Logged","DocumentType":"Session","Content":"{\"schemaVersion\":\"1.0\",\"sessionType\":\"Standard_Stream\",\"inputs\":{\"s3BucketName\":\"logs\",\"s3KeyPrefix\":\"shells\",\"cloudWatchLogGroupName\":\"/ssm/x\"}}"}
            """);
        var (session, client) = await _server.OpenAsync("Logged");
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        await client.SendInputAsync("exit\r");
        await client.WaitForChannelClosedAsync();
        var (_, body) = await _server.CallAsync("DescribeSessions", """{"State":"History"}""");
        Assert.Contains($"https://us-east-1.console.aws.amazon.com/s3/object/logs/shells/{session.Id}.log", body, StringComparison.Ordinal);
        Assert.Contains(
            $"https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Fssm$252Fx/log-events/{session.Id}",
            body,
            StringComparison.Ordinal);
    }
}
