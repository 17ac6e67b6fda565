using SsmSessions.Channel.Payloads;

namespace SsmSessions.Channel;

/// <summary>
/// One end of a data channel: it makes a reliable, ordered stream of messages in each direction out of a link that may drop, double and
/// reorder frames, and may be replaced by another (spec/ssm-data-channel.md §7). While nothing is under way it holds no task and no timer.
/// </summary>
/// <remarks>
/// Whoever reads the link calls <see cref="ReceiveAsync"/>, one frame after the other. All other methods may be called at any time from
/// anywhere. Frames are given to the link by one loop, one after the other.
/// </remarks>
public sealed class ChannelEnd : IAsyncDisposable
{
    private readonly ChannelEndOptions _options;
    private readonly IMessageConsumer _consumer;
    private readonly ChannelSender _sender;
    private readonly ChannelReceiver _receiver;

    /// <summary>An end that has neither sent nor received.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="link">Where its frames go.</param>
    /// <param name="consumer">Who gets what arrives.</param>
    /// <param name="realTime">A clock that no test moves under a running host: retransmission goes by it.</param>
    public ChannelEnd(ChannelEndOptions options, IFrameSink link, IMessageConsumer consumer, TimeProvider realTime)
    {
        _options = options;
        _consumer = consumer;
        _sender = new ChannelSender(options, link, realTime);
        _receiver = new ChannelReceiver(options, consumer, _sender, realTime);
    }

    /// <summary>
    /// The other end may be discarding what it gets without a word, as a client does in a basic port session that waits for its local
    /// connection. Then nothing counts as delivered without its acknowledgement (§7.4).
    /// </summary>
    public bool PeerMayDiscard
    {
        get => _sender.PeerMayDiscard;
        set => _sender.PeerMayDiscard = value;
    }

    /// <summary>How many frames were malformed.</summary>
    internal long DroppedFrames { get; private set; }

    /// <summary>A message could be sent without waiting.</summary>
    internal bool HasRoom => _sender.HasRoom;

    /// <summary>
    /// Takes one frame from the link. What is malformed or not known is dropped. It never waits for sending; it waits while the consumer has
    /// no room, unless this end itself waits for acknowledgements, which may be behind this frame.
    /// </summary>
    /// <param name="frame">Valid until the call returns.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    public ValueTask ReceiveAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        if (!AgentMessage.TryRead(frame.Span, _options.Role, out var message))
        {
            DroppedFrames++;
            return default;
        }

        switch (message.Type)
        {
            case MessageType.Unknown:
                return default;
            case MessageType.Acknowledge:
                if (Acknowledge.TryRead(message.Payload, out var number))
                    _sender.OnAcknowledged(number);
                return default;
            case MessageType.InputStreamData or MessageType.OutputStreamData:
                return message.Type == StreamTypeOf(Other(_options.Role)) ? _receiver.ReceiveAsync(message, cancellationToken) : default;
            case MessageType.PausePublication when _options.Role == ChannelRole.Agent:
                Pause();
                return default;
            case MessageType.StartPublication when _options.Role == ChannelRole.Agent:
                Resume();
                return default;
            default:
                _consumer.OnServiceMessage(message.Type, message.Payload);
                return default;
        }
    }

    /// <summary>
    /// Sends a copy of the payload. Completes when it is queued, and waits for that while too much is unacknowledged. Of an empty payload
    /// nothing is sent (§4.2).
    /// </summary>
    /// <exception cref="ArgumentException">The frame would be larger than <see cref="AgentMessage.MaxFrameBytes"/>.</exception>
    /// <exception cref="ObjectDisposedException">The end is disposed, or was while this waited.</exception>
    public ValueTask SendAsync(PayloadType type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (payload.Length > AgentMessage.MaxFrameBytes - AgentMessage.HeaderBytes)
            throw new ArgumentException("The payload is too large for a frame.", nameof(payload));
        var buffer = new MessageBuffer(payload.Length);
        payload.CopyTo(buffer.Payload);
        return SendAsync(buffer, payload.Length, type, cancellationToken);
    }

    /// <summary>A frame to put a payload in, for <see cref="SendAsync(MessageBuffer, int, PayloadType, CancellationToken)"/>.</summary>
    public MessageBuffer Rent() => new(_options.MaxPayloadBytes);

    /// <summary>As the other, without a copy: it takes the buffer over, also when it throws.</summary>
    /// <param name="buffer">Holds the payload.</param>
    /// <param name="payloadLength">How much of it is payload.</param>
    /// <param name="type">What it is.</param>
    /// <param name="cancellationToken">Ends the wait for the window.</param>
    /// <exception cref="ObjectDisposedException">The end is disposed, or was while this waited.</exception>
    public ValueTask SendAsync(MessageBuffer buffer, int payloadLength, PayloadType type, CancellationToken cancellationToken) =>
        _sender.SendAsync(buffer, payloadLength, type, cancellationToken);

    /// <summary>
    /// Queues a message that is neither numbered nor acknowledged, such as agent_session_state. It goes before stream messages that are not
    /// sent yet.
    /// </summary>
    /// <exception cref="InvalidOperationException">Too many are queued.</exception>
    public void SendServiceMessage(MessageType type, ReadOnlySpan<byte> payload) => _sender.SendServiceMessage(type, payload);

    /// <summary>Completes when all that was sent is acknowledged, or counts as delivered (§7.4).</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => _sender.DrainAsync(cancellationToken);

    /// <summary>
    /// Sends and repeats no stream message until <see cref="Resume"/>. The agent's end does this by itself on pause_publication.
    /// </summary>
    public void Pause() => _sender.Pause();

    /// <summary>
    /// The other end is there (again): everything unacknowledged goes out again, in order. The agent's end does this by itself on
    /// start_publication, and when input or an acknowledgement comes while it is paused or its link failed (§14.7).
    /// </summary>
    public void Resume() => _sender.Resume();

    /// <summary>Ends it at once: nothing more is sent, consumed or repeated.</summary>
    public async ValueTask DisposeAsync()
    {
        _receiver.Dispose();
        await _sender.DisposeAsync();
    }

    internal static ChannelRole Other(ChannelRole role) => role == ChannelRole.Agent ? ChannelRole.Client : ChannelRole.Agent;

    /// <summary>The type of the stream messages that this end sends.</summary>
    internal static MessageType StreamTypeOf(ChannelRole role) =>
        role == ChannelRole.Agent ? MessageType.OutputStreamData : MessageType.InputStreamData;
}
