using System.Text;
using SsmSessions.Channel;
using SsmSessions.Core.Documents;
using SsmSessions.Node;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Node.Echo;

/// <summary>A host has 10,000 sessions in which nothing happens.</summary>
[Collection(typeof(MemoryCollection))]
public sealed class IdleEchoTests
{
    [Fact]
    public async Task An_idle_session_has_no_timer_and_is_small()
    {
        var clock = new ManualTimeProvider();
        var node = new EchoNode(new NodeOptions(), clock);
        var plan = NodeClient.Plan(SessionType.StandardStream);
        await (await OpenIdleAsync(node, plan)).DisposeAsync();

        var each = await RetainedMemory.OfEachAsync(
            count: 200,
            () => OpenIdleAsync(node, plan),
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                Assert.Equal(0, clock.Timers);
            });

        Assert.InRange(each, 1, 4 * 1024);
    }

    /// <summary>A session past its handshake, with a client that has acknowledged everything and holds no memory of its own.</summary>
    private static async Task<INodeSession> OpenIdleAsync(EchoNode node, SessionPlan plan)
    {
        var agent = new LastFrames();
        var session = node.Open(plan, agent);
        session.Start();
        await AcknowledgeAsync(0);
        await session.ReceiveAsync(
            Frame(MessageType.InputStreamData, PayloadType.HandshakeResponse, """{"ClientVersion":"1.2.677.0","ProcessedClientActions":[{"ActionType":"SessionType","ActionStatus":1}]}"""),
            CancellationToken.None);
        await agent.HasCompletedHandshakeAsync();
        await AcknowledgeAsync(1);
        return session;

        ValueTask AcknowledgeAsync(int number) => session.ReceiveAsync(
            Frame(MessageType.Acknowledge, PayloadType.None, $$"""{"AcknowledgedMessageSequenceNumber":{{number}}}"""), CancellationToken.None);
    }

    private static byte[] Frame(MessageType type, PayloadType payloadType, string payload)
    {
        var frame = new byte[AgentMessage.HeaderBytes + Encoding.UTF8.GetByteCount(payload)];
        AgentMessage.Write(frame, type, 1, 0, 0, Guid.NewGuid(), payloadType, Encoding.UTF8.GetBytes(payload));
        return frame;
    }

    private sealed class LastFrames : IFrameSink
    {
        private TaskCompletionSource? _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task HasCompletedHandshakeAsync()
        {
            await _completed!.Task.WaitAsync(NodeClient.Patience);
            _completed = null;
        }

        public ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
        {
            if (AgentMessage.TryReadHeader(frame.Span, out var message) && message.PayloadType == PayloadType.HandshakeComplete)
                _completed?.TrySetResult();
            return default;
        }
    }
}
