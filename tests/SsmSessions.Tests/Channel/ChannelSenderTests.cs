using SsmSessions.Channel;

namespace SsmSessions.Tests.Channel;

/// <summary>What is sent, when it is sent again, and what may wait: spec/ssm-data-channel.md §7.2, §7.4 and §7.5.</summary>
public sealed class ChannelSenderTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Disposing_fails_nobody_who_has_stopped_waiting_for_a_drain()
    {
        var unobserved = new List<string>();
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, failure) => unobserved.Add(failure.Exception.ToString());
        TaskScheduler.UnobservedTaskException += note;
        await LeaveAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= note;

        Assert.DoesNotContain(unobserved, failure => failure.Contains(nameof(ChannelEnd), StringComparison.Ordinal));

        static async Task LeaveAsync()
        {
            var end = new EndUnderTest();
            end.Send("x");
            _ = end.End.DrainAsync(default);
            await end.DisposeAsync();
        }
    }

    [Fact]
    public async Task Numbers_count_from_zero_across_all_types_and_only_an_agents_first_message_says_so()
    {
        await using var agent = new EndUnderTest();
        await using var client = new EndUnderTest(ChannelRole.Client);
        foreach (var end in new[] { agent, client })
        {
            end.Send("a", PayloadType.HandshakeRequest);
            end.Send("b");
            end.Send("c", PayloadType.Flag);
        }

        Assert.Equal([(0L, 1ul, PayloadType.HandshakeRequest), (1, 0, PayloadType.Output), (2, 0, PayloadType.Flag)], agent.Frames.Select(Fields));
        Assert.Equal([(0L, 0ul, PayloadType.HandshakeRequest), (1, 0, PayloadType.Output), (2, 0, PayloadType.Flag)], client.Frames.Select(Fields));
        Assert.Equal(["0: a", "1: b", "2: c"], agent.TakeSent());
        Assert.Equal(["0: a", "1: b", "2: c"], client.TakeSent());

        static (long, ulong, PayloadType) Fields(byte[] frame)
        {
            Assert.True(AgentMessage.TryRead(frame, ChannelRole.Client, out var message));
            return (message.SequenceNumber, message.Flags, message.PayloadType);
        }
    }

    [Fact]
    public async Task An_empty_payload_is_not_sent_and_one_that_is_too_large_is_refused()
    {
        await using var end = new EndUnderTest();
        end.Send("");
        await end.End.SendAsync(end.End.Rent(), 0, PayloadType.Output, default);
        await Assert.ThrowsAsync<ArgumentException>(() => end.End.SendAsync(PayloadType.Output, new byte[AgentMessage.MaxFrameBytes - 119], default).AsTask());
        await end.End.SendAsync(PayloadType.Output, new byte[AgentMessage.MaxFrameBytes - 120], default);

        Assert.Equal(AgentMessage.MaxFrameBytes, Assert.Single(end.Frames).Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(9_000)]
    [InlineData((32 * 1024) - 120)]
    public async Task A_rented_buffer_is_sent_as_it_is(int length)
    {
        await using var end = new EndUnderTest();
        var buffer = end.End.Rent();
        Assert.Equal((32 * 1024) - 120, buffer.Payload.Length);
        buffer.Payload.Span[..length].Fill((byte)'x');
        await end.End.SendAsync(buffer, length, PayloadType.Output, default);

        Assert.Equal(["0: " + new string('x', length)], end.TakeSent());
    }

    [Fact]
    public async Task An_agent_repeats_the_oldest_message_to_the_byte_once_for_each_timeout()
    {
        await using var end = new EndUnderTest();
        end.Send("a");
        end.Send("b");
        var first = end.Frames[0];
        Assert.Equal(2, end.TakeSent().Length);

        Assert.Equal([200, 400, 600], Repeats(end, 700));
        end.Acknowledge(0);
        end.TakeSent();
        end.Advance(1_000);
        Assert.All(end.Frames, frame => Assert.NotEqual(first, frame));
        Assert.All(end.TakeSent(), sent => Assert.Equal("1: b", sent));
    }

    [Fact]
    public async Task A_client_repeats_it_at_each_look_once_the_timeout_has_passed()
    {
        await using var end = new EndUnderTest(ChannelRole.Client);
        end.Send("a");
        var first = Assert.Single(end.Frames);
        end.TakeSent();

        Assert.Equal([200, 300, 400, 500, 600, 700], Repeats(end, 700));
        end.Advance(100);
        Assert.Equal(first, Assert.Single(end.Frames));
    }

    [Fact]
    public async Task The_timeout_follows_the_round_trips()
    {
        await using var end = new EndUnderTest();
        foreach (var (milliseconds, number) in new[] { (20, 0), (20, 1), (150, 2) })
        {
            end.Send("a");
            end.Advance(milliseconds);
            end.Acknowledge(number);
        }

        // 256.094 ms by the recorded series; looked at each 100 ms from the first message on: 190 ms have gone by.
        end.TakeSent();
        end.Send("b");
        end.TakeSent();
        Assert.Equal([310, 610], Repeats(end, 700));
    }

    [Fact]
    public void The_timeout_is_the_recorded_series()
    {
        var timeout = new RetransmissionTimeout();
        var initial = Vectors.Get("retransmission").GetProperty("initial");
        Assert.Equal(initial.GetProperty("rttMs").GetDouble(), timeout.RoundTrip);
        Assert.Equal(initial.GetProperty("rttVarMs").GetDouble(), timeout.Variation);
        Assert.Equal(initial.GetProperty("rtoMs").GetDouble(), timeout.Milliseconds);
        foreach (var step in Vectors.Get("retransmission").GetProperty("series").EnumerateArray())
        {
            timeout.Add(step.GetProperty("sampleMs").GetDouble());
            Assert.Equal(step.GetProperty("rttMs").GetDouble(), timeout.RoundTrip, 0.001);
            Assert.Equal(step.GetProperty("rttVarMs").GetDouble(), timeout.Variation, 0.001);
            Assert.Equal(step.GetProperty("rtoMs").GetDouble(), timeout.Milliseconds, 0.001);
        }
    }

    [Fact]
    public async Task Only_the_number_of_an_acknowledgement_counts_and_one_of_what_was_not_sent_is_ignored()
    {
        await using var end = new EndUnderTest();
        end.Acknowledge(0, -1, long.MaxValue, long.MinValue);
        end.Send("a");
        end.Acknowledge(1);
        Assert.False(end.End.DrainAsync(default).IsCompleted);
        end.Acknowledge(0, 0);

        Assert.True(end.End.DrainAsync(default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Sending_waits_while_too_many_messages_are_unacknowledged()
    {
        await using var end = new EndUnderTest();
        for (var i = 0; i < 1_000; i++)
            end.Send("x");
        var waiting = end.End.SendAsync(PayloadType.Output, "y"u8.ToArray(), default).AsTask();
        end.Acknowledge([.. Enumerable.Range(1, 900).Select(i => (long)i)]);
        Assert.False(waiting.IsCompleted);
        end.Acknowledge(0);

        await waiting.WaitAsync(Deadline);
        Assert.Equal("1000: y", end.TakeSent()[^1]);
    }

    [Fact]
    public async Task Sending_waits_while_too_many_bytes_are_unacknowledged()
    {
        await using var end = new EndUnderTest(change: options => options with { MaxUnacknowledgedBytes = 10_000 });
        for (var i = 0; i < 10; i++)
            end.Send(new string('x', 1_000 - AgentMessage.HeaderBytes));
        var waiting = end.End.SendAsync(PayloadType.Output, "y"u8.ToArray(), default).AsTask();
        end.Acknowledge(0, 1);
        Assert.False(waiting.IsCompleted);
        end.Acknowledge(2);

        await waiting.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_wait_for_the_window_can_be_cancelled()
    {
        await using var end = new EndUnderTest(change: options => options with { MaxUnacknowledgedMessages = 1 });
        end.Send("x");
        using var cancellation = new CancellationTokenSource();
        var waiting = end.End.SendAsync(PayloadType.Output, "y"u8.ToArray(), cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Deadline));
        end.Acknowledge(0);
        end.Send("z");
        Assert.Equal(["0: x", "1: z"], end.TakeSent());
    }

    [Fact]
    public async Task Drain_waits_for_the_last_acknowledgement()
    {
        await using var end = new EndUnderTest();
        Assert.True(end.End.DrainAsync(default).IsCompleted);
        end.Send("a");
        end.Send("b");
        var drained = end.End.DrainAsync(default);
        end.Acknowledge(1);
        Assert.False(drained.IsCompleted);
        end.Acknowledge(0);

        await drained.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Disposing_ends_all_waits_and_all_sending()
    {
        var end = new EndUnderTest(change: options => options with { MaxUnacknowledgedMessages = 1 }) { Link = () => new TaskCompletionSource().Task };
        end.Send("a");
        var sending = end.End.SendAsync(PayloadType.Output, "b"u8.ToArray(), default).AsTask();
        var draining = end.End.DrainAsync(default);
        await end.DisposeAsync().AsTask().WaitAsync(Deadline);
        await end.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => sending.WaitAsync(Deadline));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => draining.WaitAsync(Deadline));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => end.End.SendAsync(PayloadType.Output, "c"u8.ToArray(), default).AsTask());
        Assert.Throws<ObjectDisposedException>(() => end.End.SendServiceMessage(MessageType.AgentSessionState, default));
        end.TakeSent();
        end.Receive(0, "x");
        end.Acknowledge(0);
        end.End.Resume();
        end.Advance(1_000);
        Assert.Empty(end.TakeSent());
        Assert.Empty(end.Consumed);
        Assert.Equal(0, end.Time.Timers);
    }

    [Fact]
    public async Task A_service_message_is_the_recorded_one_and_goes_before_what_waits()
    {
        await using var end = new EndUnderTest();
        var link = new TaskCompletionSource();
        end.Link = () => link.Task;
        end.Send("a");
        end.Send("b");
        var recorded = Vectors.Frame("agent_session_state_connected")[AgentMessage.HeaderBytes..];
        end.End.SendServiceMessage(MessageType.AgentSessionState, recorded);
        end.Link = null;
        link.SetResult();

        Assert.True(AgentMessage.TryRead(end.Frames[1], ChannelRole.Client, out var message));
        Assert.Equal((MessageType.AgentSessionState, 0, 3ul, PayloadType.None), (message.Type, message.SequenceNumber, message.Flags, message.PayloadType));
        Assert.Equal(recorded, message.Payload);
        Assert.StartsWith("0: a,AgentSessionState {", string.Join(',', end.TakeSent()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_messages_do_not_pile_up()
    {
        await using var end = new EndUnderTest { Link = () => new TaskCompletionSource().Task };
        for (var i = 0; i < 65; i++)
            end.End.SendServiceMessage(MessageType.AgentSessionState, default);

        Assert.Throws<InvalidOperationException>(() => end.End.SendServiceMessage(MessageType.AgentSessionState, default));
    }

    [Fact]
    public async Task A_message_is_not_repeated_while_a_slow_link_still_takes_it()
    {
        await using var end = new EndUnderTest();
        var link = new TaskCompletionSource();
        end.Link = () => link.Task;
        end.Send("a");
        end.Advance(5_000);
        Assert.Equal(["0: a"], end.TakeSent());
        end.Link = null;
        link.SetResult();

        Assert.Equal([200, 400], Repeats(end, 400));
    }

    /// <summary>At which millisecond something was sent.</summary>
    private static List<int> Repeats(EndUnderTest end, int milliseconds)
    {
        var at = new List<int>();
        for (var now = 10; now <= milliseconds; now += 10)
        {
            end.Advance(10);
            if (end.TakeSent().Length > 0)
                at.Add(now);
        }

        return at;
    }
}
