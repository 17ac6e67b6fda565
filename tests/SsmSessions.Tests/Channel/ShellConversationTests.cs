using SsmSessions.Channel;

namespace SsmSessions.Tests.Channel;

/// <summary>The recorded order of a shell's beginning, with the agent's end under test.</summary>
public sealed class ShellConversationTests
{
    private const string Acknowledgement = "acknowledge of sequence ";

    [Fact]
    public async Task An_agents_end_speaks_in_the_recorded_order()
    {
        await using var agent = new EndUnderTest();
        foreach (var step in Vectors.Get("shellConversation").EnumerateArray())
        {
            var isAgents = step.GetProperty("from").GetString() == "agent->client";
            var frame = step.TryGetProperty("ref", out var name) ? Vectors.Frame(name.GetString()!) : null;
            if (frame is null && step.GetProperty("what").GetString()!.Split(Acknowledgement) is [_, var number])
            {
                if (isAgents)
                    Assert.Equal([$"ack {number}"], agent.TakeSent());
                else
                    agent.Acknowledge(long.Parse(number));
            }
            else if (isAgents)
            {
                Assert.True(AgentMessage.TryRead(frame, ChannelRole.Client, out var message));
                await agent.End.SendAsync(message.PayloadType, frame.AsMemory(AgentMessage.HeaderBytes), default);
                AssertSent(frame!, Assert.Single(agent.Frames));
                agent.TakeSent();
            }
            else
            {
                agent.Receive(frame!);
            }
        }

        Assert.Equal(2, agent.Consumed.Count);
        Assert.True(agent.End.DrainAsync(default).IsCompletedSuccessfully);
    }

    private static void AssertSent(byte[] recorded, byte[] sent)
    {
        Assert.True(AgentMessage.TryRead(recorded, ChannelRole.Client, out var expected));
        Assert.True(AgentMessage.TryRead(sent, ChannelRole.Client, out var actual));
        Assert.Equal((expected.Type, expected.SequenceNumber, expected.Flags, expected.PayloadType), (actual.Type, actual.SequenceNumber, actual.Flags, actual.PayloadType));
        Assert.Equal(expected.Payload, actual.Payload);
    }
}
