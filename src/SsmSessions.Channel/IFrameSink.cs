namespace SsmSessions.Channel;

/// <summary>Where the frames of one end go: a websocket, a relay, the other end in memory.</summary>
public interface IFrameSink
{
    /// <summary>
    /// Sends one message. Called once at a time; may wait as long as the link is slow. The frame is valid until the task completes.
    /// It must not deliver to a <see cref="ChannelEnd"/> from within the call: that end may be in the middle of receiving.
    /// </summary>
    /// <exception cref="IOException">The link is gone.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken);
}
