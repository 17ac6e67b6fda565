using Microsoft.AspNetCore.Server.Kestrel.Core;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Fuzzing.Wire;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Hostile;

/// <summary>Senders that take their time: within the limits they are waited for, beyond them let go. A websocket that never opens its channel is one of
/// <see cref="MessageGateway.RefusedWebSocketTests"/>, a CONNECT that never ends one of <see cref="Hosting.Tls.OnePortLimitsTests"/>.</summary>
public sealed class SlowSenderTests
{
    private const string Head = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AmazonSSM.DescribeSessions\r\n";

    [Theory]
    [InlineData("G")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Never-Ends: ")]
    public async Task A_head_that_does_not_end_is_given_up(string head)
    {
        await using var server = await TestServer.StartAsync(limits: limits => limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1));
        await using var client = await RawClient.ConnectAsync(server);
        await client.SendAsync(head);

        Assert.StartsWith("HTTP/1.1 408 Request Timeout\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_says_nothing_more_is_given_up()
    {
        await using var server = await TestServer.StartAsync(limits: limits => limits.KeepAliveTimeout = TimeSpan.FromSeconds(1));
        await using var client = await RawClient.ConnectAsync(server);

        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\n{")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\n{")]
    public async Task A_body_that_does_not_come_is_given_up(string rest)
    {
        await using var server = await TestServer.StartAsync(limits: limits => limits.MinRequestBodyDataRate = new MinDataRate(10_000, TimeSpan.FromSeconds(2)));
        await using var client = await RawClient.ConnectAsync(server);
        await client.SendAsync(Head + rest);

        Assert.StartsWith("HTTP/1.1 408 Request Timeout\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_comes_byte_by_byte_is_answered()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await RawClient.ConnectAsync(server);
        foreach (var character in Head + "Content-Length: 2\r\n\r\n{}")
            await client.SendAsync(character.ToString());

        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", await client.ReadUntilAsync("MissingAuthenticationTokenException"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_channel_whose_frames_come_byte_by_byte_is_served()
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.StartChannelAsync();
        var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var socket = await RawWebSocket.ConnectAsync(RawClient.AddressOf(server), session.StreamUrl.PathAndQuery, Receive, RawClient.Late());
        var open = new OpenChannel("1.0", Guid.NewGuid().ToString(), session.Token, ClientInstanceId: null, Guid.NewGuid().ToString(), "1.2.677.0").ToText();
        var answer = Frames.Input(PayloadType.HandshakeResponse, "{}"u8, new FuzzRandom(1));
        Frames.TryNumber(answer, 0);
        foreach (var value in (byte[])[.. SocketFrames.Frame(SocketFrames.Text, open), .. SocketFrames.Frame(SocketFrames.Binary, answer)])
            await socket!.SendAsync(new[] { value }, RawClient.Late());

        await acknowledged.Task.WaitAsync(RawClient.Late());

        void Receive(int opcode, ReadOnlyMemory<byte> frame)
        {
            if (AgentMessage.TryRead(frame.Span, ChannelRole.Client, out var message) && message.Type == MessageType.Acknowledge)
                acknowledged.TrySetResult();
        }
    }
}
