namespace SsmSessions.Channel;

/// <summary>
/// A pooled frame with the header's room in front of its payload, so that a reader of a socket can put bytes where they are sent from.
/// <see cref="ChannelEnd.SendAsync(MessageBuffer, int, PayloadType, CancellationToken)"/> takes it over; whoever does not send it disposes it.
/// </summary>
public sealed class MessageBuffer : IDisposable
{
    private byte[] _array;

    internal MessageBuffer(int payloadBytes)
    {
        _array = FramePool.Rent(AgentMessage.HeaderBytes + payloadBytes);
        PayloadBytes = payloadBytes;
    }

    /// <summary>Where the payload is put.</summary>
    public Memory<byte> Payload => _array.AsMemory(AgentMessage.HeaderBytes, PayloadBytes);

    /// <summary>How many bytes of payload it has; less than it had room for once it is sent.</summary>
    internal int PayloadBytes { get; private set; }

    internal Memory<byte> Frame => _array.AsMemory(0, AgentMessage.HeaderBytes + PayloadBytes);

    internal PayloadType PayloadType { get; set; }

    internal long SequenceNumber { get; set; }

    /// <summary>When it was sent, as the retransmission rules count it: a timestamp of the channel's clock.</summary>
    internal long SentAt { get; set; }

    /// <summary>How often it was sent again, on this link.</summary>
    internal int Resends { get; set; }

    /// <summary>
    /// Its acknowledgement proves that all messages below have arrived: when it was first sent, on whatever link that was, they had been sent again
    /// on the same link before; and wherever it is sent again, they are sent before it.
    /// </summary>
    internal long ProvesBelow { get; set; }

    /// <summary>It was acknowledged while it was being sent: the send loop gives it back.</summary>
    internal bool IsSettled { get; set; }

    /// <summary>Gives it back to the pool.</summary>
    public void Dispose()
    {
        var array = Interlocked.Exchange(ref _array, []);
        PayloadBytes = 0;
        if (array.Length > 0)
            FramePool.Return(array);
    }

    /// <summary>The same payload, cut to its length: in a smaller array if most of this one would be kept for nothing.</summary>
    internal MessageBuffer Fit(int payloadLength)
    {
        if (AgentMessage.HeaderBytes + payloadLength > _array.Length / 4)
        {
            PayloadBytes = payloadLength;
            return this;
        }

        var smaller = new MessageBuffer(payloadLength);
        Payload[..payloadLength].CopyTo(smaller.Payload);
        Dispose();
        return smaller;
    }
}
