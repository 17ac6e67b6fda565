using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using SsmSessions.Channel;
using SsmSessions.Testing;

namespace SsmSessions.Tests.MessageGateway;

/// <summary>What a websocket gets that may not come in: it is accepted, told why in a channel_closed, and closed (DESIGN §7).</summary>
public sealed class RefusedWebSocketTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly ManualTimeProvider _realTime = new(TimeProvider.System.GetUtcNow());
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(_clock, realTime: _realTime);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_unknown_id_is_told_so()
    {
        var (output, status) = await OpenAsync($"{Base}/test-unknown?role=publish_subscribe", Open("x"));
        Assert.Equal("There is no session of this id.", output);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, status);
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_the_right_one_still_opens()
    {
        var (url, token) = await StartAsync();
        var (output, status) = await OpenAsync(url, Open(token[..^4] + "AAA="));
        Assert.Equal("The token is not valid: it is not the latest one of this session, was used, or has expired.", output);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, status);
        await OpensAsync(url, token);
    }

    [Fact]
    public async Task A_token_opens_once()
    {
        var (url, token) = await StartAsync();
        await OpensAsync(url, token);
        var (output, _) = await OpenAsync(url, Open(token));
        Assert.Equal("The token is not valid: it is not the latest one of this session, was used, or has expired.", output);
    }

    [Fact]
    public async Task A_token_expires_after_two_minutes()
    {
        var (url, token) = await StartAsync();
        _clock.Advance(TimeSpan.FromMinutes(2));
        var (output, _) = await OpenAsync(url, Open(token));
        Assert.Equal("The token is not valid: it is not the latest one of this session, was used, or has expired.", output);
    }

    [Fact]
    public async Task An_upgrade_alone_spends_no_token()
    {
        var (url, token) = await StartAsync();
        using (var early = new ClientWebSocket())
        {
            await early.ConnectAsync(url, Limit());
            early.Abort();
        }

        await OpensAsync(url, token);
    }

    [Fact]
    public async Task The_token_of_an_ended_session_opens_nothing()
    {
        var (url, token) = await StartAsync();
        var id = url.Segments[^1];
        await _server.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");
        var (output, _) = await OpenAsync(url, Open(token));
        Assert.Equal("The session has ended.", output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"TokenValue":7}""")]
    public async Task A_first_message_without_a_token_is_refused(string text)
    {
        var (url, token) = await StartAsync();
        var (output, status) = await OpenAsync(url, text);
        Assert.Equal("The first message must be a text message that opens the data channel.", output);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, status);
        await OpensAsync(url, token);
    }

    [Fact]
    public async Task A_first_message_that_never_ends_is_refused()
    {
        var (url, _) = await StartAsync();
        var (output, _) = await OpenAsync(url, new string('x', 100_000));
        Assert.Equal("The first message must be a text message that opens the data channel.", output);
    }

    /// <summary>A plugin that comes back may repeat input before it sends its token.</summary>
    [Fact]
    public async Task Binary_messages_before_the_token_are_left_out()
    {
        var (url, token) = await StartAsync();
        await OpensAsync(url, token, new byte[1_000], [], new byte[1_000]);
    }

    [Fact]
    public async Task Too_much_before_the_token_is_refused()
    {
        var (url, token) = await StartAsync();
        using (var socket = new ClientWebSocket())
        {
            await socket.ConnectAsync(url, Limit());
            await socket.SendAsync(new byte[8 * 1024], WebSocketMessageType.Binary, endOfMessage: true, Limit());
            var (output, status) = await ReadRefusalAsync(socket);
            Assert.Equal("The first message must be a text message that opens the data channel.", output);
            Assert.Equal(WebSocketCloseStatus.PolicyViolation, status);
        }

        await OpensAsync(url, token);
    }

    [Fact]
    public async Task Silence_is_refused_after_ten_seconds()
    {
        var (url, token) = await StartAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(url, Limit());
        // The client is let in before its time begins to run.
        var refusal = ReadRefusalAsync(socket);
        await Eventually.IsTrueAsync(
            () =>
            {
                _realTime.Advance(TimeSpan.FromSeconds(10));
                return refusal.IsCompleted;
            },
            Deadline);
        var (output, status) = await refusal;
        Assert.Equal("No message with a token came within 10 seconds.", output);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, status);
        await OpensAsync(url, token);
    }

    [Fact]
    public async Task A_plain_request_is_a_bad_one()
    {
        using var answer = await _server.Http.GetAsync(new Uri("/v1/data-channel/x", UriKind.Relative), Limit());
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private string Base => $"ws://{_server.Url.Authority}/v1/data-channel";

    private static string Open(string token) =>
        $$"""{"MessageSchemaVersion":"1.0","RequestId":"{{Guid.NewGuid()}}","TokenValue":"{{token}}","ClientId":"{{Guid.NewGuid()}}","ClientVersion":"1.2.677.0"}""";

    private static CancellationToken Limit() => new CancellationTokenSource(Deadline).Token;

    private async Task<(Uri Url, string Token)> StartAsync()
    {
        var (_, body) = await _server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");
        using var json = JsonDocument.Parse(body);
        return (new Uri(json.RootElement.GetProperty("StreamUrl").GetString()!), json.RootElement.GetProperty("TokenValue").GetString()!);
    }

    private static async Task OpensAsync(Uri url, string token, params byte[][] before)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(url, Limit());
        foreach (var early in before)
            await socket.SendAsync(early.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, Limit());
        await socket.SendAsync(Encoding.UTF8.GetBytes(Open(token)), WebSocketMessageType.Text, endOfMessage: true, Limit());
        var frame = new byte[64 * 1024];
        var received = await socket.ReceiveAsync(frame.AsMemory(), Limit());
        Assert.True(AgentMessage.TryRead(frame.AsSpan(0, received.Count), ChannelRole.Client, out var message));
        Assert.Equal(PayloadType.HandshakeRequest, message.PayloadType);
    }

    private static Task<(string Output, WebSocketCloseStatus? Status)> OpenAsync(string url, string text) => OpenAsync(new Uri(url), text);

    private static async Task<(string Output, WebSocketCloseStatus? Status)> OpenAsync(Uri url, string text)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(url, Limit());
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Limit());
        return await ReadRefusalAsync(socket);
    }

    private static async Task<(string Output, WebSocketCloseStatus? Status)> ReadRefusalAsync(ClientWebSocket socket)
    {
        var frame = new byte[64 * 1024];
        var received = await socket.ReceiveAsync(frame.AsMemory(), Limit());
        Assert.Equal(WebSocketMessageType.Binary, received.MessageType);
        Assert.True(AgentMessage.TryRead(frame.AsSpan(0, received.Count), ChannelRole.Client, out var message));
        Assert.Equal(MessageType.ChannelClosed, message.Type);
        using var closed = JsonDocument.Parse(message.Payload.ToArray());
        var end = await socket.ReceiveAsync(frame.AsMemory(), Limit());
        Assert.Equal(WebSocketMessageType.Close, end.MessageType);
        return (closed.RootElement.GetProperty("Output").GetString()!, socket.CloseStatus);
    }
}
