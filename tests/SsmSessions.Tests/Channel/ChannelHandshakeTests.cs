using SsmSessions.Channel;

namespace SsmSessions.Tests.Channel;

/// <summary>The order around a handshake: spec/ssm-data-channel.md §7.3, §8, §10.3.</summary>
public sealed class ChannelHandshakeTests
{
    private static readonly Func<ChannelEndOptions, ChannelEndOptions> Quiet = options => options with { QuietAfterHandshake = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task A_handshake_message_is_acknowledged_before_its_answer_goes_out()
    {
        await using var agent = new EndUnderTest();
        agent.OnConsume = _ => agent.Send("complete", PayloadType.HandshakeComplete);
        agent.Receive(0, "response", PayloadType.HandshakeResponse);
        await using var client = new EndUnderTest(ChannelRole.Client);
        client.OnConsume = _ => client.Send("response", PayloadType.HandshakeResponse);
        client.Receive(0, "request", PayloadType.HandshakeRequest);

        Assert.Equal(["ack 0", "0: complete"], agent.TakeSent());
        Assert.Equal(["ack 0", "0: response"], client.TakeSent());
    }

    [Fact]
    public async Task It_is_so_when_the_link_is_free_again_before_the_acknowledgement_is_queued()
    {
        await using var end = new EndUnderTest();
        var link = new TaskCompletionSource();
        end.Link = () => link.Task;
        end.Send("before");
        end.Link = null;
        end.OnConsume = _ =>
        {
            end.Send("answer", PayloadType.HandshakeComplete);
            link.SetResult();
        };
        end.Receive(0, "response", PayloadType.HandshakeResponse);

        Assert.Equal(["0: before", "ack 0", "1: answer"], end.TakeSent());
    }

    [Fact]
    public async Task A_handshake_message_that_is_refused_holds_nothing()
    {
        await using var end = new EndUnderTest { Refuses = true };
        end.Receive(0, "response", PayloadType.HandshakeResponse);
        end.Send("a");

        Assert.Equal(["0: a"], end.TakeSent());
    }

    [Fact]
    public async Task After_the_handshake_a_multiplexed_client_hears_nothing_until_its_first_input()
    {
        await using var end = new EndUnderTest(change: Quiet);
        end.Send("request", PayloadType.HandshakeRequest);
        end.Receive(0, "response", PayloadType.HandshakeResponse);
        end.Send("complete", PayloadType.HandshakeComplete);
        Assert.Equal(["0: request", "ack 0", "1: complete"], end.TakeSent());

        // The acknowledgement overtook the client's own list, so it repeats its response: not even that is answered.
        end.Receive(0, "response", PayloadType.HandshakeResponse);
        end.Acknowledge(0, 1);
        end.Send("data");
        end.End.SendServiceMessage(MessageType.AgentSessionState, "x"u8);
        end.Advance(900);
        Assert.Empty(end.TakeSent());
        end.Receive(1, "syn");
        Assert.Equal(["ack 0", "ack 1", "AgentSessionState x", "2: data"], Sorted(end.TakeSent()));
    }

    [Fact]
    public async Task The_silence_lasts_a_second_at_most_and_holds_repeats_too()
    {
        await using var end = new EndUnderTest(change: Quiet);
        end.Send("complete", PayloadType.HandshakeComplete);
        end.Send("data");
        end.TakeSent();
        end.Advance(900);
        Assert.Empty(end.TakeSent());
        end.Acknowledge(0);
        end.Advance(100);

        Assert.Equal(["1: data"], end.TakeSent());
    }

    [Fact]
    public async Task A_client_that_has_begun_is_not_met_with_silence_again()
    {
        await using var end = new EndUnderTest(change: Quiet);
        end.Send("complete", PayloadType.HandshakeComplete);
        end.Receive(0, "syn");
        end.End.Resume();
        end.Send("data");

        Assert.Equal(["0: complete", "ack 0", "0: complete", "1: data"], end.TakeSent());
    }

    [Fact]
    public async Task Other_sessions_have_no_silence()
    {
        await using var end = new EndUnderTest();
        end.Send("complete", PayloadType.HandshakeComplete);
        end.Send("data");

        Assert.Equal(["0: complete", "1: data"], end.TakeSent());
    }

    private static string[] Sorted(string[] sent) => [.. sent.OrderBy(s => s.StartsWith("ack", StringComparison.Ordinal) ? 0 : 1)];
}
