using System.Text;
using System.Text.Json;
using SsmSessions.Fuzzing.Wire;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Hostile;

/// <summary>JSON that is too deep, at every door that reads some.</summary>
public sealed class DeepJsonTests(HostileServer hostile) : IClassFixture<HostileServer>
{
    private static readonly string Deep = string.Concat(Enumerable.Repeat("{\"a\":", 20_000)) + "1" + new string('}', 20_000);

    [Fact]
    public async Task The_API_calls_it_no_JSON()
    {
        var (status, body) = await hostile.Server.CallAsync("StartSession", Deep);

        Assert.Equal((System.Net.HttpStatusCode.BadRequest, """{"__type":"SerializationException"}"""), (status, body));
    }

    [Theory]
    [InlineData("/v1/session/create", "Request decode failed: ")]
    [InlineData("/v1/txn", "Failed to parse body: ")]
    [InlineData("/v1/catalog/register", "Request decode failed: ")]
    [InlineData("/v1/agent/check/register", "Request decode failed: ")]
    public async Task Consul_says_that_it_is_too_deep(string path, string begin)
    {
        var answer = await hostile.SendAsync(HttpFraming.Request($"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n", Encoding.ASCII.GetBytes("{\"a\":" + new string('[', 15_000) + new string(']', 15_000) + "}")));

        Assert.Equal((400, begin + "invalid character '[' exceeded max depth"), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("sessions")]
    [InlineData("nodes")]
    public async Task Admin_refuses_it(string path)
    {
        var answer = await hostile.SendAsync(
            HttpFraming.Request($"POST /_ssm-sessions/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n", Encoding.ASCII.GetBytes("{\"sessions\":" + new string('[', 20_000))));

        Assert.Equal(400, answer.Status);
    }

    [Theory]
    [InlineData("/api/current")]
    [InlineData("/websocket")]
    public async Task TrueNAS_answers_or_closes(string path)
    {
        var received = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var socket = await RawWebSocket.ConnectAsync(
            RawClient.AddressOf(hostile.Server), path, (_, text) => received.TrySetResult(Encoding.UTF8.GetString(text.Span)), RawClient.Late());
        await socket!.SendAsync(SocketFrames.Frame(SocketFrames.Text, Encoding.ASCII.GetBytes(new string('[', 5_000))), RawClient.Late());
        await socket.SettleAsync(RawClient.Late());

        if (path == "/websocket")
        {
            Assert.Equal(1007, socket.CloseStatus);
            return;
        }

        using var answer = JsonDocument.Parse(await received.Task.WaitAsync(RawClient.Late()));
        Assert.Equal(-32700, answer.RootElement.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task It_opens_no_data_channel()
    {
        var session = await hostile.Server.StartChannelAsync();
        await using var socket = await RawWebSocket.ConnectAsync(RawClient.AddressOf(hostile.Server), session.StreamUrl.PathAndQuery, (_, _) => { }, RawClient.Late());
        await socket!.SendAsync(SocketFrames.Frame(SocketFrames.Text, Encoding.ASCII.GetBytes(Deep[..6_000])), RawClient.Late());
        await socket.SettleAsync(RawClient.Late());

        Assert.Equal(1008, socket.CloseStatus);
    }
}
