using System.Net.Sockets;
using SsmSessions.Channel;
using SsmSessions.Channel.Smux;
using SsmSessions.Node;

namespace SsmSessions.Tests.Node.Ports;

/// <summary>Multiplexed port sessions.</summary>
public sealed class TargetStreamsRunnerTests : IDisposable
{
    private readonly LocalNode _node = new(new NodeOptions(), TimeProvider.System);
    private readonly TestTarget _target = new();

    public void Dispose() => _target.Dispose();

    [Fact]
    public async Task Each_stream_has_a_connection_of_its_own()
    {
        await using var client = await StreamsClient.StartAsync(_node, _target.Port);
        await using var one = await client.Client.OpenStreamAsync();
        using var targetOne = await _target.AcceptAsync();
        await using var two = await client.Client.OpenStreamAsync();
        using var targetTwo = await _target.AcceptAsync();

        await two.WriteAsync("second"u8.ToArray(), CancellationToken.None);
        await one.WriteAsync("first"u8.ToArray(), CancellationToken.None);
        await TestTarget.SendAsync(targetTwo, "to two"u8.ToArray());
        await TestTarget.SendAsync(targetOne, "to one"u8.ToArray());

        Assert.Equal("first", await TestTarget.ReceiveTextAsync(targetOne, 5));
        Assert.Equal("second", await TestTarget.ReceiveTextAsync(targetTwo, 6));
        Assert.Equal("to one"u8.ToArray(), await ReadAsync(one, 6));
        Assert.Equal("to two"u8.ToArray(), await ReadAsync(two, 6));
    }

    [Fact]
    public async Task A_target_that_closes_closes_its_stream_after_all_of_its_data()
    {
        await using var client = await StreamsClient.StartAsync(_node, _target.Port);
        await using var stream = await client.Client.OpenStreamAsync();
        using (var target = await _target.AcceptAsync())
            await TestTarget.SendAsync(target, new byte[3_000_000]);

        Assert.Equal(3_000_000, (await ReadAsync(stream, int.MaxValue)).Length);
        Assert.False(client.Session.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_client_that_closes_a_stream_closes_the_connection_after_all_of_its_data()
    {
        await using var client = await StreamsClient.StartAsync(_node, _target.Port);
        var stream = await client.Client.OpenStreamAsync();
        using var target = await _target.AcceptAsync();

        await stream.WriteAsync(new byte[3_000_000], CancellationToken.None);
        await stream.CloseAsync(CancellationToken.None);

        Assert.Equal(3_000_000, (await TestTarget.ReceiveAsync(target, 4_000_000)).Length);
    }

    [Fact]
    public async Task A_target_that_is_not_there_is_a_flag_and_the_end_of_the_stream_only()
    {
        _target.Close();
        await using var client = await StreamsClient.StartAsync(_node, _target.Port);
        await using var stream = await client.Client.OpenStreamAsync();

        Assert.Empty(await ReadAsync(stream, 1));
        await client.Client.WaitForFlagAsync(ChannelFlag.ConnectToPortError);
        Assert.False(client.Session.Completion.IsCompleted);
    }

    [Fact]
    public async Task Much_data_goes_both_ways_on_several_streams()
    {
        _ = _target.EchoAsync();
        await using var client = await StreamsClient.StartAsync(_node, _target.Port);
        var data = new byte[5_000_000];
        new Random(1).NextBytes(data);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var stream = await client.Client.OpenStreamAsync();
            var sending = stream.WriteAsync(data, CancellationToken.None).AsTask();
            Assert.True((await ReadAsync(stream, data.Length)).AsSpan().SequenceEqual(data));
            await sending;
        }));
    }

    [Fact]
    public async Task A_reader_that_is_slow_slows_its_target()
    {
        await using var client = await StreamsClient.StartAsync(_node, _target.Port);
        await using var stream = await client.Client.OpenStreamAsync();
        using var target = await _target.AcceptAsync();
        target.Blocking = false;
        var sent = 0L;
        using var deadline = new CancellationTokenSource(NodeClient.Patience);

        // What is in the buffers of system, links and streams is far below this.
        for (var waits = 0; waits < 20; await Task.Delay(10, deadline.Token))
        {
            var taken = target.Send(new byte[1_000_000], SocketFlags.None, out var error);
            waits = error == SocketError.WouldBlock ? waits + 1 : 0;
            sent += error == SocketError.Success ? taken : 0;
            Assert.InRange(sent, 0, 60_000_000);
        }

        Assert.Equal(sent, (await ReadAsync(stream, (int)sent)).Length);
    }

    [Fact]
    public async Task Control_C_ends_the_session_and_its_connections()
    {
        await using var client = await StreamsClient.StartAsync(_node, _target.Port);
        await using var stream = await client.Client.OpenStreamAsync();
        using var target = await _target.AcceptAsync();

        await client.Client.SendFlagAsync(ChannelFlag.TerminateSession);

        Assert.Equal(SessionOutcome.Success, await client.Session.Completion.WaitAsync(NodeClient.Patience));
        Assert.Empty(await TestTarget.ReceiveAsync(target, 1));
    }

    [Fact]
    public async Task A_client_that_breaks_the_protocol_fails_the_session()
    {
        await using var client = await StreamsClient.StartAsync(_node, _target.Port);

        await client.Client.SendAsync(PayloadType.Output, new byte[] { 9, 0, 0, 0, 3, 0, 0, 0 });

        var outcome = await client.Session.Completion.WaitAsync(NodeClient.Patience);
        Assert.False(outcome.Succeeded);
        Assert.Contains("version 9", outcome.Output, StringComparison.Ordinal);
    }

    private static async Task<byte[]> ReadAsync(SmuxStream stream, int count)
    {
        using var deadline = new CancellationTokenSource(NodeClient.Patience);
        using var all = new MemoryStream();
        while (all.Length < count && await stream.ReadAsync(deadline.Token) is { IsEmpty: false } data)
            all.Write(data.Span);
        return all.ToArray();
    }
}
