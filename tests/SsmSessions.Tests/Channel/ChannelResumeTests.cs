using SsmSessions.Channel;

namespace SsmSessions.Tests.Channel;

/// <summary>A client that is away and comes back: spec/ssm-data-channel.md §3.4, §7.4, §14.7.</summary>
public sealed class ChannelResumeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_paused_nothing_is_sent_or_repeated_and_then_everything_in_order(bool byMessage)
    {
        await using var end = new EndUnderTest();
        end.Send("a");
        end.Send("b");
        end.Send("c");
        end.Acknowledge(1);
        end.TakeSent();
        if (byMessage)
            end.ReceiveService(MessageType.PausePublication, "{}");
        else
            end.End.Pause();
        end.Send("d");
        end.Advance(10_000);
        Assert.Empty(end.TakeSent());
        Assert.Equal(0, end.Time.Timers);
        if (byMessage)
            end.ReceiveService(MessageType.StartPublication, "{}");
        else
            end.End.Resume();

        Assert.Equal(["0: a", "2: c", "3: d"], end.TakeSent());
        Assert.Equal(1, end.Time.Timers);
        Assert.Empty(end.Service);
    }

    [Fact]
    public async Task An_agent_resumes_by_itself_when_input_or_an_acknowledgement_comes()
    {
        await using var end = new EndUnderTest();
        end.Send("a");
        end.End.Pause();
        end.TakeSent();
        end.Receive(0, "x");
        Assert.Equal(["0: a", "ack 0"], end.TakeSent().Order());
        end.End.Pause();
        end.Acknowledge(17);

        Assert.Equal(["0: a"], end.TakeSent());
    }

    [Fact]
    public async Task A_client_that_is_paused_waits_for_its_owner()
    {
        await using var end = new EndUnderTest(ChannelRole.Client);
        end.Send("a");
        end.TakeSent();
        end.End.Pause();
        end.Receive(0, "x");
        end.ReceiveService(MessageType.StartPublication);
        Assert.Equal(["ack 0"], end.TakeSent());
        end.End.Resume();

        Assert.Equal(["0: a"], end.TakeSent());
    }

    [Theory]
    [InlineData(ChannelRole.Client)]
    [InlineData(ChannelRole.Agent)]
    public async Task A_link_that_fails_is_left_alone_until_the_resume(ChannelRole role)
    {
        await using var end = new EndUnderTest(role);
        end.Link = () => throw new IOException("gone");
        end.Send("a");
        end.Send("b");
        end.Advance(10_000);
        Assert.Equal(["0: a"], end.TakeSent());
        Assert.Equal(0, end.Time.Timers);
        end.Link = null;
        end.End.Resume();

        Assert.Equal(["0: a", "1: b"], end.TakeSent());
    }

    [Fact]
    public async Task Acknowledgements_wait_for_the_next_link()
    {
        await using var end = new EndUnderTest(ChannelRole.Client);
        end.Link = () => throw new IOException("gone");
        end.Receive(0, "a");
        end.Receive(1, "b");
        end.Receive(2, "c");
        Assert.Equal(["ack 0"], end.TakeSent());
        end.Link = null;
        end.End.Resume();

        Assert.Equal(["ack 1", "ack 2"], end.TakeSent());
    }

    [Fact]
    public async Task A_link_that_fails_after_it_was_replaced_does_not_stop_the_new_one()
    {
        await using var end = new EndUnderTest(ChannelRole.Client);
        var old = new TaskCompletionSource();
        end.Link = () => old.Task;
        end.Send("a");
        end.Send("b");
        end.End.Resume();
        end.Link = null;
        end.TakeSent();
        old.SetException(new IOException("gone"));

        Assert.Equal(["0: a", "1: b"], end.TakeSent());
    }

    [Fact]
    public async Task What_a_client_consumed_counts_as_delivered_when_something_later_is_acknowledged_and_it_was_sent_again_three_times()
    {
        await using var end = new EndUnderTest();
        end.Send("a");
        end.Send("b");
        end.End.Resume();
        end.Send("c");
        end.Acknowledge(2);
        var drained = end.End.DrainAsync(default);
        Assert.Equal(["0: a", "1: b", "0: a", "1: b", "2: c"], end.TakeSent());
        end.Advance(200);
        Assert.Equal(["0: a", "1: b"], end.TakeSent());
        end.Advance(200);
        Assert.Equal(["0: a", "1: b"], end.TakeSent());
        Assert.False(drained.IsCompleted);
        end.Advance(100);

        await drained.WaitAsync(TimeSpan.FromSeconds(20));
        end.Advance(10_000);
        Assert.Empty(end.TakeSent());
        Assert.Equal(0, end.Time.Timers);
    }

    [Fact]
    public async Task A_message_that_was_being_sent_during_the_resume_proves_nothing()
    {
        await using var end = new EndUnderTest();
        end.Send("a");
        end.End.Resume();
        var link = new TaskCompletionSource();
        end.Link = () => link.Task;
        end.Send("b");
        end.Link = null;
        end.End.Resume();
        link.SetResult();

        // It may have gone out on the new link before the first one was sent again there.
        end.Acknowledge(1);
        end.Advance(10_000);
        Assert.False(end.End.DrainAsync(default).IsCompleted);
        end.Send("c");
        end.Acknowledge(2);
        end.Advance(10_000);

        Assert.True(end.End.DrainAsync(default).IsCompleted);
    }

    [Fact]
    public async Task Nothing_counts_as_delivered_while_the_client_may_be_discarding()
    {
        await using var end = new EndUnderTest();
        end.End.PeerMayDiscard = true;
        end.Send("a");
        end.End.Resume();
        end.Send("b");
        end.Acknowledge(1);
        end.Advance(10_000);
        Assert.False(end.End.DrainAsync(default).IsCompleted);
        end.TakeSent();
        end.Advance(1_000);

        Assert.Contains("0: a", end.TakeSent());
    }

    [Fact]
    public async Task Without_a_resume_nothing_counts_as_delivered()
    {
        await using var end = new EndUnderTest();
        end.Send("a");
        end.Send("b");
        end.Acknowledge(1);
        end.Advance(60_000);

        Assert.False(end.End.DrainAsync(default).IsCompleted);
    }

    [Fact]
    public async Task A_client_end_waits_for_every_acknowledgement_because_agents_repeat_theirs()
    {
        await using var end = new EndUnderTest(ChannelRole.Client);
        end.Send("a");
        end.End.Resume();
        end.Send("b");
        end.Acknowledge(1);
        end.Advance(60_000);

        Assert.False(end.End.DrainAsync(default).IsCompleted);
    }

    [Fact]
    public async Task A_window_that_is_full_of_lost_acknowledgements_opens_for_one_message_after_a_resume()
    {
        await using var end = new EndUnderTest(change: options => options with { MaxUnacknowledgedMessages = 4 });
        foreach (var text in new[] { "a", "b", "c", "d" })
            end.Send(text);
        Assert.False(end.End.HasRoom);
        var waiting = end.End.SendAsync(PayloadType.Output, "e"u8.ToArray(), default).AsTask();
        end.End.Resume();
        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(end.End.HasRoom);
        Assert.Equal("4: e", end.TakeSent()[^1]);
        end.Acknowledge(4);
        end.Advance(1_000);

        Assert.True(end.End.HasRoom);
        Assert.True(end.End.DrainAsync(default).IsCompleted);
    }
}
