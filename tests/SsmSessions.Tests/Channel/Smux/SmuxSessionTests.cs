using FsCheck;
using FsCheck.Fluent;
using SsmSessions.Channel;
using SsmSessions.Channel.Smux;

namespace SsmSessions.Tests.Channel.Smux;

public sealed class SmuxSessionTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_client_opens_streams_3_5_7_and_an_agent_2_4()
    {
        var client = SmuxEnd.Client();
        var agent = SmuxEnd.Agent();
        foreach (var end in new[] { client, client, client, agent, agent })
            await end.Session.OpenStreamAsync(default);

        Assert.Equal("0100000003000000" + "0100000005000000" + "0100000007000000", client.Sent);
        Assert.Equal("0100000002000000" + "0100000004000000", agent.Sent);
    }

    [Fact]
    public async Task Data_goes_out_behind_its_header()
    {
        var client = SmuxEnd.Client();
        var stream = await client.Session.OpenStreamAsync(default);
        client.TakeSent();
        await stream.WriteAsync("hi"u8.ToArray(), default);
        await stream.CloseAsync(default);
        await stream.CloseAsync(default);
        await client.Session.SendKeepAliveAsync(default);

        Assert.Equal("01020200030000006869" + "0101000003000000" + "0103000000000000", client.Sent);
    }

    [Fact]
    public async Task Data_written_in_place_needs_no_copy()
    {
        var client = SmuxEnd.Client();
        var stream = await client.Session.OpenStreamAsync(default);
        client.TakeSent();
        var buffer = stream.Rent();
        "hi"u8.CopyTo(SmuxStream.DataOf(buffer).Span);
        await stream.SendAsync(buffer, 2, default);
        await stream.SendAsync(stream.Rent(), 0, default);

        Assert.Equal("01020200030000006869", client.Sent);
    }

    [Fact]
    public async Task Long_data_is_split()
    {
        var client = SmuxEnd.Client();
        var agent = SmuxEnd.Agent();
        var stream = await client.Session.OpenStreamAsync(default);
        var data = Random(100_000);
        await stream.WriteAsync(data, default);
        await stream.CloseAsync(default);
        var sent = client.TakeSent();

        Assert.True(sent.Length > data.Length + (4 * SmuxFrame.HeaderBytes));
        Assert.True(agent.Session.TryReceive(sent));
        Assert.Equal(data, await ReadToEndAsync(agent.Accept()));
    }

    [Fact]
    public async Task Bytes_may_be_cut_anywhere()
    {
        var data = Random(5_000);
        byte[] bytes = [.. SmuxEnd.Frame(SmuxCommand.Syn, 3), .. SmuxEnd.Frame(SmuxCommand.Psh, 3, data), .. SmuxEnd.Frame(SmuxCommand.Fin, 3)];
        foreach (var size in new[] { 1, 3, 7, 8, 9, 1024 })
        {
            var agent = SmuxEnd.Agent();
            foreach (var piece in bytes.Chunk(size))
                Assert.True(agent.Session.TryReceive(piece));

            Assert.Equal(data, await ReadToEndAsync(agent.Accept()));
        }
    }

    [Fact]
    public async Task A_frame_of_65535_bytes_is_read()
    {
        var agent = SmuxEnd.Agent();
        var data = Random(65_535);
        agent.Session.TryReceive([.. SmuxEnd.Frame(SmuxCommand.Syn, 3), .. SmuxEnd.Frame(SmuxCommand.Psh, 3, data), .. SmuxEnd.Frame(SmuxCommand.Fin, 3)]);

        Assert.Equal(data, await ReadToEndAsync(agent.Accept()));
    }

    [Fact]
    public void Whatever_is_written_arrives_on_its_stream() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte Stream, byte[] Data)[]>(),
        ArbMap.Default.ArbFor<byte>(),
        (writes, cut) => ExchangeAsync(writes, cut + 1).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public async Task A_fin_ends_both_directions_after_the_data_before_it()
    {
        var agent = SmuxEnd.Agent();
        agent.Session.TryReceive([.. SmuxEnd.Frame(SmuxCommand.Syn, 3), .. SmuxEnd.Frame(SmuxCommand.Psh, 3, 1, 2), .. SmuxEnd.Frame(SmuxCommand.Fin, 3)]);
        agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Psh, 3, 3));
        var stream = agent.Accept();

        Assert.Equal([1, 2], (await stream.ReadAsync(default)).ToArray());
        Assert.True((await stream.ReadAsync(default)).IsEmpty);
        Assert.True((await stream.ReadAsync(default)).IsEmpty);
        await Assert.ThrowsAsync<IOException>(() => stream.WriteAsync(new byte[1], default).AsTask());
        Assert.Equal("", agent.Sent);
        await stream.CloseAsync(default);
        Assert.Equal("0101000003000000", agent.Sent);
    }

    [Fact]
    public async Task After_its_own_fin_an_end_drops_what_still_arrives()
    {
        var agent = SmuxEnd.Agent(maxBuffered: 10);
        agent.Session.TryReceive([.. SmuxEnd.Frame(SmuxCommand.Syn, 3), .. SmuxEnd.Frame(SmuxCommand.Psh, 3, new byte[8])]);
        var stream = agent.Accept();
        await stream.CloseAsync(default);
        for (var i = 0; i < 10; i++)
            Assert.True(agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Psh, 3, new byte[8])));
        agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Fin, 3));

        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(default).AsTask());
        await Assert.ThrowsAsync<IOException>(() => stream.WriteAsync(new byte[1], default).AsTask());
        Assert.Equal("0101000003000000", agent.Sent);
    }

    [Fact]
    public async Task A_read_that_waits_sees_data_fin_close_and_cancellation()
    {
        var agent = SmuxEnd.Agent();
        agent.Session.TryReceive([.. SmuxEnd.Frame(SmuxCommand.Syn, 3), .. SmuxEnd.Frame(SmuxCommand.Syn, 5)]);
        var stream = agent.Accept();
        var closed = agent.Accept();

        var data = stream.ReadAsync(default).AsTask();
        Assert.False(data.IsCompleted);
        agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Psh, 3, 9));
        Assert.Equal([9], (await data.WaitAsync(Deadline)).ToArray());

        using var cancellation = new CancellationTokenSource();
        var cancelled = stream.ReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Deadline));

        var end = stream.ReadAsync(default).AsTask();
        agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Fin, 3));
        Assert.True((await end.WaitAsync(Deadline)).IsEmpty);

        var waiting = closed.ReadAsync(default).AsTask();
        await closed.CloseAsync(default);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(Deadline));
    }

    [Fact]
    public async Task What_is_for_no_stream_is_ignored_and_a_second_syn_too()
    {
        var agent = SmuxEnd.Agent();
        agent.Session.TryReceive(
        [
            .. SmuxEnd.Frame(SmuxCommand.Psh, 9, 1, 2, 3), .. SmuxEnd.Frame(SmuxCommand.Fin, 9), .. SmuxEnd.Frame(SmuxCommand.Nop, 0),
            .. SmuxEnd.Frame(SmuxCommand.Syn, 3), .. SmuxEnd.Frame(SmuxCommand.Psh, 3, 4), .. SmuxEnd.Frame(SmuxCommand.Syn, 3),
            .. SmuxEnd.Frame(SmuxCommand.Psh, 3), .. SmuxEnd.Frame(SmuxCommand.Psh, 3, 5), .. SmuxEnd.Frame(SmuxCommand.Fin, 3),
        ]);

        Assert.Equal([4, 5], await ReadToEndAsync(agent.Accept()));
        Assert.Empty(agent.Accepted);
        Assert.Equal("", agent.Sent);
    }

    [Fact]
    public async Task A_length_in_another_frame_than_psh_is_ignored()
    {
        var agent = SmuxEnd.Agent();
        agent.Session.TryReceive([.. Convert.FromHexString("0100050003000000" + "0103ffff00000000"), .. SmuxEnd.Frame(SmuxCommand.Psh, 3, 7), .. SmuxEnd.Frame(SmuxCommand.Fin, 3)]);

        Assert.Equal([7], await ReadToEndAsync(agent.Accept()));
    }

    [Theory]
    [InlineData("0200000003000000", "version 2, command 0")]
    [InlineData("0000000003000000", "version 0, command 0")]
    [InlineData("0104080003000000", "version 1, command 4")]
    [InlineData("01ff000003000000", "version 1, command 255")]
    public async Task Another_version_or_command_ends_the_session(string frame, string what)
    {
        var agent = SmuxEnd.Agent();
        agent.Session.TryReceive([.. SmuxEnd.Frame(SmuxCommand.Syn, 3), .. SmuxEnd.Frame(SmuxCommand.Psh, 3, 1)]);
        var stream = agent.Accept();
        await stream.ReadAsync(default);
        var waiting = stream.ReadAsync(default).AsTask();
        Assert.True(agent.Session.TryReceive(Convert.FromHexString(frame)));

        await agent.Session.Completion.WaitAsync(Deadline);
        Assert.Equal($"The other end sent an smux frame of {what}.", agent.Session.Failure);
        await Assert.ThrowsAsync<IOException>(() => waiting.WaitAsync(Deadline));
        await Assert.ThrowsAsync<IOException>(() => stream.WriteAsync(new byte[1], default).AsTask());
        await Assert.ThrowsAsync<IOException>(() => agent.Session.OpenStreamAsync(default).AsTask());
        Assert.True(agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Syn, 5)));
        Assert.Empty(agent.Accepted);
        await stream.CloseAsync(default);
        Assert.Equal("", agent.Sent);
    }

    [Fact]
    public async Task Disposing_ends_all_streams_and_says_nothing()
    {
        var agent = SmuxEnd.Agent();
        agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Syn, 3));
        var waiting = agent.Accept().ReadAsync(default).AsTask();
        agent.Session.Dispose();

        await agent.Session.Completion.WaitAsync(Deadline);
        Assert.Null(agent.Session.Failure);
        await Assert.ThrowsAsync<IOException>(() => waiting.WaitAsync(Deadline));
        Assert.Equal("", agent.Sent);
    }

    [Fact]
    public async Task Unread_data_stops_the_session_until_it_is_read()
    {
        var agent = SmuxEnd.Agent(maxBuffered: 4_000);
        agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Syn, 3));
        var stream = agent.Accept();
        var taken = 0;
        while (agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Psh, 3, new byte[1_000])))
            taken += 1_000;

        Assert.Equal(16_000, taken);
        var room = agent.Session.WaitForRoomAsync(default).AsTask();
        Assert.False(room.IsCompleted);
        Assert.False(agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Fin, 3)));
        for (var read = 0; read < taken;)
        {
            Assert.False(room.IsCompleted);
            read += (await stream.ReadAsync(default)).Length;
        }

        var next = stream.ReadAsync(default).AsTask();

        await room.WaitAsync(Deadline);
        await agent.Session.WaitForRoomAsync(default);
        Assert.True(agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Psh, 3, 1)));
        Assert.Equal(1, (await next.WaitAsync(Deadline)).Length);
    }

    [Fact]
    public void More_streams_than_allowed_are_refused()
    {
        var accepted = 0;
        var agent = new SmuxEnd(new SmuxSessionOptions { Role = ChannelRole.Agent, MaxStreams = 2, OnStream = _ => accepted++ });
        for (var id = 3u; id < 9; id += 2)
            agent.Session.TryReceive(SmuxEnd.Frame(SmuxCommand.Syn, id));

        Assert.Equal(2, accepted);
        Assert.Equal("0101000007000000", agent.Sent);
    }

    private static async Task ExchangeAsync((byte Stream, byte[] Data)[] writes, int cut)
    {
        var client = SmuxEnd.Client();
        var agent = SmuxEnd.Agent();
        var streams = new List<SmuxStream>();
        for (var i = 0; i < 4; i++)
            streams.Add(await client.Session.OpenStreamAsync(default));
        foreach (var (stream, data) in writes)
            await streams[stream % 4].WriteAsync(data, default);
        foreach (var stream in streams)
            await stream.CloseAsync(default);
        foreach (var piece in client.TakeSent().Chunk(cut))
            agent.Session.TryReceive(piece);
        for (var i = 0; i < 4; i++)
            Assert.Equal(writes.Where(write => write.Stream % 4 == i).SelectMany(write => write.Data), await ReadToEndAsync(agent.Accept()));
    }

    private static async Task<byte[]> ReadToEndAsync(SmuxStream stream)
    {
        var all = new List<byte>();
        while (await stream.ReadAsync(default).AsTask().WaitAsync(Deadline) is { IsEmpty: false } data)
            all.AddRange(data.Span);
        return [.. all];
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
