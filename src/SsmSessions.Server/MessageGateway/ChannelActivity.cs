using SsmSessions.Channel;

namespace SsmSessions.Server.MessageGateway;

/// <summary>The idle clock of a session: the last first transmission of payload type 1 or 11 in either direction, and nothing else
/// (spec/ssm-data-channel.md §13). A first transmission has a sequence number above the highest one seen.</summary>
/// <param name="time">The service's clock.</param>
/// <param name="start">When the session began.</param>
internal sealed class ChannelActivity(TimeProvider time, DateTimeOffset start)
{
    private long _lastTicks = start.UtcTicks;
    private long _highestInput = -1;
    private long _highestOutput = -1;

    public DateTimeOffset Last => new(Interlocked.Read(ref _lastTicks), TimeSpan.Zero);

    /// <summary>A message of the client. One at a time.</summary>
    public void Input(in AgentMessage message) => See(message, ref _highestInput);

    /// <summary>A message of the node. One at a time.</summary>
    public void Output(in AgentMessage message) => See(message, ref _highestOutput);

    private void See(in AgentMessage message, ref long highest)
    {
        if (message.SequenceNumber <= highest)
            return;
        highest = message.SequenceNumber;
        if (message.PayloadType is PayloadType.Output or PayloadType.StandardError)
            Interlocked.Exchange(ref _lastTicks, time.GetUtcNow().UtcTicks);
    }
}
