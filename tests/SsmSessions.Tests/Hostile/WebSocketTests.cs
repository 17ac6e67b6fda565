using System.Text;
using SsmSessions.Fuzzing.Wire;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Hostile;

/// <summary>Frames of websockets as nobody sends them in good faith, to a data channel that is not open yet and to one of TrueNAS' clients.</summary>
public sealed class WebSocketTests(HostileServer hostile) : IClassFixture<HostileServer>
{
    /// <summary>Name, bytes, and whether the connection has to end.</summary>
    public static TheoryData<string, byte[], bool> Oddities => new()
    {
        { "no mask", [0x82, 0x01, (byte)'x'], true },
        { "a reserved bit", [0xC2, 0x80, 0, 0, 0, 0], true },
        { "an unknown opcode", SocketFrames.Frame(3, "x"u8), true },
        { "an unknown control frame", SocketFrames.Frame(11, "x"u8), true },
        { "a ping in pieces", SocketFrames.Frame(SocketFrames.Ping, "x"u8, isFinal: false), true },
        { "a ping that is too long", SocketFrames.Frame(SocketFrames.Ping, new byte[126]), true },
        { "a piece without a beginning", SocketFrames.Frame(SocketFrames.Continuation, "x"u8), true },
        { "a beginning in the middle", [.. SocketFrames.Frame(SocketFrames.Text, "x"u8, isFinal: false), .. SocketFrames.Frame(SocketFrames.Text, "y"u8)], true },
        { "a negative length", [0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], true },
        { "a close of one byte", SocketFrames.Frame(SocketFrames.Close, [3]), true },
        { "a close with a code that is none", SocketFrames.Frame(SocketFrames.Close, [0, 0]), true },
        { "text that is none", SocketFrames.Frame(SocketFrames.Text, [0xFF, 0xFE]), true },
        { "a flood of pings", [.. Enumerable.Repeat(SocketFrames.Frame(SocketFrames.Ping, "x"u8), 5_000).SelectMany(frame => frame)], false },
        { "a flood of pongs", [.. Enumerable.Repeat(SocketFrames.Frame(SocketFrames.Pong, []), 5_000).SelectMany(frame => frame)], false },
    };

    [Theory]
    [MemberData(nameof(Oddities))]
    public async Task A_data_channel_ends_or_goes_on(string name, byte[] bytes, bool ends) =>
        await AssertAsync(name, (await hostile.Server.StartChannelAsync()).StreamUrl.PathAndQuery, bytes, ends);

    [Theory]
    [MemberData(nameof(Oddities))]
    public async Task A_client_of_TrueNAS_is_let_go_or_goes_on(string name, byte[] bytes, bool ends) => await AssertAsync(name, "/api/current", bytes, ends);

    [Theory]
    [InlineData("/api/current")]
    [InlineData("/websocket")]
    public async Task A_message_without_an_end_is_not_collected(string path)
    {
        await using var socket = await ConnectAsync(path);
        await socket.SendAsync(SocketFrames.Frame(SocketFrames.Text, "["u8, isFinal: false), RawClient.Late());
        var piece = SocketFrames.Frame(SocketFrames.Continuation, Encoding.ASCII.GetBytes(new string(' ', 32 * 1024)), isFinal: false);
        for (var sent = 0; sent < 64 && !socket.IsOver; sent++)
            await socket.SendAsync(piece, RawClient.Late());
        await socket.ShutAsync(RawClient.Late());

        Assert.True(socket.CloseStatus is 1009 or null);
        await hostile.AssertAnswersAsync();
    }

    private async Task AssertAsync(string name, string path, byte[] bytes, bool ends)
    {
        await using var socket = await ConnectAsync(path);
        await socket.SendAsync(bytes, RawClient.Late());
        if (ends)
            await socket.ShutAsync(RawClient.Late());
        else
            await socket.SettleAsync(RawClient.Late());

        Assert.True(socket.IsOver == ends, name);
        await hostile.AssertAnswersAsync();
    }

    private async Task<RawWebSocket> ConnectAsync(string path)
    {
        var socket = await RawWebSocket.ConnectAsync(RawClient.AddressOf(hostile.Server), path, (_, _) => { }, RawClient.Late());
        Assert.NotNull(socket);
        return socket;
    }
}
