namespace SsmSessions.Channel;

/// <summary>Who gets what a <see cref="ChannelEnd"/> receives. Its methods are called one at a time.</summary>
public interface IMessageConsumer
{
    /// <summary>
    /// Takes a stream message: each exactly once, in order. It copies what it keeps and does not wait. False means that it cannot take
    /// it yet: the message will come again (as the other end repeats it, or about each 100 ms).
    /// </summary>
    bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload);

    /// <summary>
    /// Completes when there is room for more; until then no further frame is taken, unless this end itself waits for acknowledgements,
    /// which may be behind those frames. <see cref="TryConsume"/> bounds what it takes on its own.
    /// </summary>
    ValueTask WaitForRoomAsync(CancellationToken cancellationToken);

    /// <summary>
    /// A message that is not numbered: <c>channel_closed</c> and the like. The agent's end handles pause_publication and
    /// start_publication itself.
    /// </summary>
    void OnServiceMessage(MessageType type, ReadOnlySpan<byte> payload);
}
