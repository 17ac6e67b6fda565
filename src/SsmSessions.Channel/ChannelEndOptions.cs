namespace SsmSessions.Channel;

/// <summary>How a <see cref="ChannelEnd"/> behaves. One instance may serve many ends.</summary>
public sealed record ChannelEndOptions
{
    private readonly ChannelRole? _rules;

    /// <summary>Which end this is: what it sends and reads.</summary>
    public required ChannelRole Role { get; init; }

    /// <summary>
    /// Whose rules of acknowledgement and retransmission it keeps (spec/ssm-data-channel.md §7.3, §7.4), without a word those of <see cref="Role"/>.
    /// </summary>
    public ChannelRole Rules
    {
        get => _rules ?? Role;
        init => _rules = value;
    }

    /// <summary>
    /// The room for payload in the buffers of <see cref="ChannelEnd.Rent"/>. Without a word a frame is 32 KiB in all: pools keep arrays by powers
    /// of two, and one byte more would take twice the memory.
    /// </summary>
    public int MaxPayloadBytes { get; init; } = (32 * 1024) - AgentMessage.HeaderBytes;

    /// <summary>How far sending may run ahead of the oldest message that is not acknowledged.</summary>
    public int MaxUnacknowledgedMessages { get; init; } = 1000;

    /// <summary>How many bytes of frames may be unacknowledged.</summary>
    public int MaxUnacknowledgedBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How many messages are kept while an earlier one is missing.</summary>
    public int MaxReorderMessages { get; init; } = 10_000;

    /// <summary>How many bytes of payload are kept while an earlier message is missing.</summary>
    public int MaxReorderBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How many acknowledgements may wait for a slow link. Beyond, messages count as not received, and come again.</summary>
    public int MaxQueuedAcknowledgements { get; init; } = 10_000;

    /// <summary>
    /// How long an agent's end sends nothing at all after HandshakeComplete, unless new input comes first. A client that is about to set up
    /// its multiplexer dies of any message in that time (§10.3): one second in a multiplexed port session, zero in all others.
    /// </summary>
    public TimeSpan QuietAfterHandshake { get; init; }

    /// <summary>Sends on the thread of whoever causes it, so that tests in one thread run the same each time.</summary>
    internal bool SendsInline { get; init; }
}
