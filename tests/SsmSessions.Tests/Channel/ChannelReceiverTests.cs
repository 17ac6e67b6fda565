using System.Text;
using SsmSessions.Channel;

namespace SsmSessions.Tests.Channel;

/// <summary>What arrives, and what is said to it: spec/ssm-data-channel.md §7.1 and §7.3.</summary>
public sealed class ChannelReceiverTests
{
    [Theory]
    [InlineData(ChannelRole.Client)]
    [InlineData(ChannelRole.Agent)]
    public async Task The_next_message_is_consumed_and_acknowledged(ChannelRole role)
    {
        await using var end = new EndUnderTest(role);
        end.Receive(0, "a");
        end.Receive(1, "b", PayloadType.Size);

        Assert.Equal(["Output a", "Size b"], end.Consumed);
        Assert.Equal(["ack 0", "ack 1"], end.TakeSent());
    }

    [Fact]
    public async Task An_acknowledgement_is_the_recorded_one()
    {
        await using var end = new EndUnderTest(ChannelRole.Client);
        end.Receive(0, "0");
        end.Receive(1, "1");
        end.TakeSent();
        end.Receive(Vectors.Frame("output_hi"));
        var recorded = Vectors.Frame("ack_of_output_hi");
        Assert.True(AgentMessage.TryRead(Assert.Single(end.Frames), ChannelRole.Client, out var message));

        Assert.Equal(MessageType.Acknowledge, message.Type);
        Assert.Equal(recorded.AsSpan(AgentMessage.HeaderBytes), message.Payload);
        Assert.Equal((0, 3ul, PayloadType.None), (message.SequenceNumber, message.Flags, message.PayloadType));
        Assert.Equal(end.Time.GetUtcNow().ToUnixTimeMilliseconds(), message.CreatedDate);
    }

    [Theory]
    [InlineData(ChannelRole.Client)]
    [InlineData(ChannelRole.Agent)]
    public async Task What_comes_early_is_acknowledged_at_once_and_consumed_in_order(ChannelRole role)
    {
        await using var end = new EndUnderTest(role);
        end.Receive(2, "c");
        end.Receive(1, "b");
        end.Receive(2, "c");
        Assert.Empty(end.Consumed);
        Assert.Equal(["ack 2", "ack 1", "ack 2"], end.TakeSent());
        end.Receive(0, "a");
        end.Receive(3, "d");

        Assert.Equal(["Output a", "Output b", "Output c", "Output d"], end.Consumed);
        Assert.Equal(["ack 0", "ack 3"], end.TakeSent());
    }

    [Fact]
    public async Task An_agent_acknowledges_a_repeated_message_again_and_a_client_says_nothing()
    {
        await using var agent = new EndUnderTest();
        await using var client = new EndUnderTest(ChannelRole.Client);
        await using var kind = new EndUnderTest(ChannelRole.Client, options => options with { Rules = ChannelRole.Agent });
        foreach (var end in new[] { agent, client, kind })
        {
            end.Receive(0, "a");
            end.Receive(0, "a");
            Assert.Equal(["Output a"], end.Consumed);
        }

        Assert.Equal(["ack 0", "ack 0"], agent.TakeSent());
        Assert.Equal(["ack 0"], client.TakeSent());
        Assert.Equal(["ack 0", "ack 0"], kind.TakeSent());
    }

    [Theory]
    [InlineData(ChannelRole.Client)]
    [InlineData(ChannelRole.Agent)]
    public async Task What_the_consumer_cannot_take_yet_is_not_acknowledged_and_may_come_again(ChannelRole role)
    {
        await using var end = new EndUnderTest(role) { Refuses = true };
        end.Receive(0, "a");
        end.Receive(1, "b");
        Assert.Equal(["ack 1"], end.TakeSent());
        end.Refuses = false;
        end.Receive(0, "a");

        Assert.Equal(["Output a", "Output b"], end.Consumed);
        Assert.Equal(["ack 0"], end.TakeSent());
    }

    [Fact]
    public async Task What_was_acknowledged_early_and_then_refused_is_tried_again_until_it_is_taken()
    {
        await using var end = new EndUnderTest();
        end.Receive(1, "b");
        end.Receive(2, "c");
        end.OnConsume = _ => end.Refuses = true;
        end.Receive(0, "a");
        Assert.Equal(["Output a"], end.Consumed);
        end.Advance(300);
        Assert.Equal(["Output a"], end.Consumed);
        end.OnConsume = null;
        end.Refuses = false;
        end.Advance(100);

        Assert.Equal(["Output a", "Output b", "Output c"], end.Consumed);
        end.Advance(200);
        Assert.Equal(0, end.Time.Timers);
    }

    [Fact]
    public async Task What_comes_too_early_for_the_bounds_is_ignored()
    {
        await using var end = new EndUnderTest(change: options => options with { MaxReorderMessages = 2, MaxReorderBytes = 10 });
        end.Receive(1, "12345678");
        end.Receive(2, "123");
        end.Receive(3, "12");
        end.Receive(4, "");
        Assert.Equal(["ack 1", "ack 3"], end.TakeSent());
        end.Receive(0, "a");
        end.Receive(2, "b");
        end.Receive(4, "c");

        Assert.Equal(["Output a", "Output 12345678", "Output b", "Output 12", "Output c"], end.Consumed);
    }

    [Fact]
    public async Task An_empty_message_is_consumed_and_acknowledged()
    {
        await using var end = new EndUnderTest(ChannelRole.Client);
        end.Receive(0, "");

        Assert.Equal(["Output "], end.Consumed);
        Assert.Equal(["ack 0"], end.TakeSent());
    }

    [Fact]
    public async Task Nothing_else_is_acknowledged()
    {
        await using var end = new EndUnderTest(ChannelRole.Client);
        end.ReceiveService(MessageType.ChannelClosed, "{}");
        end.ReceiveService(MessageType.StartPublication, "{}");
        end.ReceiveService(MessageType.PausePublication, "{}");
        end.Acknowledge(0, 5);
        end.Receive(EndUnderTest.Frame(MessageType.InputStreamData, 0, PayloadType.Output, [1]));

        Assert.Empty(end.TakeSent());
        Assert.Empty(end.Consumed);
        Assert.Equal(["ChannelClosed {}", "StartPublication {}", "PausePublication {}"], end.Service);
    }

    [Fact]
    public async Task An_unknown_type_and_a_malformed_frame_are_dropped()
    {
        await using var end = new EndUnderTest();
        var unknown = EndUnderTest.Frame(MessageType.InputStreamData, 0, PayloadType.Output, [1]);
        Encoding.ASCII.GetBytes("input_stream_tada").CopyTo(unknown.AsSpan(4));
        end.Receive(unknown);
        end.Receive(new byte[50]);
        end.Receive(EndUnderTest.Frame(MessageType.Acknowledge, 0, PayloadType.None, "nonsense"u8.ToArray()));
        end.Receive(0, "a");

        Assert.Equal(["Output a"], end.Consumed);
        Assert.Equal(1, end.End.DroppedFrames);
        Assert.Empty(end.Service);
    }

    [Fact]
    public async Task A_wrong_digest_matters_to_a_client_only()
    {
        await using var agent = new EndUnderTest();
        await using var client = new EndUnderTest(ChannelRole.Client);
        var input = EndUnderTest.Frame(MessageType.InputStreamData, 0, PayloadType.Output, [1, 2]);
        var output = EndUnderTest.Frame(MessageType.OutputStreamData, 0, PayloadType.Output, [1, 2]);
        input[80]++;
        output[80]++;
        agent.Receive(input);
        client.Receive(output);

        Assert.Equal(["ack 0"], agent.TakeSent());
        Assert.Empty(client.TakeSent());
    }

    [Fact]
    public async Task A_link_that_takes_nothing_does_not_stop_receiving_until_acknowledgements_pile_up()
    {
        await using var end = new EndUnderTest(change: options => options with { MaxQueuedAcknowledgements = 5 })
        {
            Link = () => new TaskCompletionSource().Task,
        };
        for (var i = 0; i < 20; i++)
            end.Receive(i, $"{i}");

        // One is being sent, five wait; the rest was not received, as far as the other end can tell.
        Assert.Equal(["Output 0", "Output 1", "Output 2", "Output 3", "Output 4", "Output 5"], end.Consumed);
        Assert.Equal(["ack 0"], end.TakeSent());
    }

    [Fact]
    public async Task A_consumer_without_room_stops_the_reader()
    {
        await using var end = new EndUnderTest();
        var room = new TaskCompletionSource();
        end.Room = room.Task;
        var reading = end.End.ReceiveAsync(EndUnderTest.Frame(MessageType.InputStreamData, 0, PayloadType.Output, [1]), default).AsTask();
        end.Acknowledge(0);

        Assert.False(reading.IsCompleted);
        room.SetResult();
        await reading.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_reader_goes_on_when_its_own_end_waits_for_acknowledgements_behind_the_frame()
    {
        await using var end = new EndUnderTest(change: options => options with { MaxUnacknowledgedMessages = 1 });
        end.Room = new TaskCompletionSource().Task;
        end.Send("0");
        var reading = end.End.ReceiveAsync(EndUnderTest.Frame(MessageType.InputStreamData, 0, PayloadType.Output, [1]), default).AsTask();
        Assert.False(reading.IsCompleted);
        var sending = end.End.SendAsync(PayloadType.Output, "1"u8.ToArray(), default).AsTask();
        await reading.WaitAsync(TimeSpan.FromSeconds(20));
        await end.End.ReceiveAsync(EndUnderTest.Frame(MessageType.InputStreamData, 1, PayloadType.Output, [1]), default).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(sending.IsCompleted);
        end.Acknowledge(0);

        await sending.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_failing_consumer_fails_the_reader()
    {
        await using var end = new EndUnderTest();
        end.Receive(1, "b");
        end.OnConsume = _ => end.Refuses = true;
        end.Receive(0, "a");
        end.Refuses = false;
        end.OnConsume = _ => throw new NotSupportedException("broken");
        end.Advance(100);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => end.End.ReceiveAsync(EndUnderTest.Frame(MessageType.InputStreamData, 2, PayloadType.Output, [1]), default).AsTask());
        Assert.IsType<NotSupportedException>(failure.InnerException);
    }
}
