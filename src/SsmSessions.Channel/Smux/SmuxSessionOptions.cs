namespace SsmSessions.Channel.Smux;

/// <summary>How a <see cref="SmuxSession"/> behaves.</summary>
public sealed record SmuxSessionOptions
{
    /// <summary>Which end it is: the client's opens odd stream ids from 3, the agent's even ones from 2.</summary>
    public required ChannelRole Role { get; init; }

    /// <summary>
    /// Gets each stream that the other end opens. It is called while a message is received: it starts what serves the stream and returns. Without
    /// it they are refused.
    /// </summary>
    public Action<SmuxStream>? OnStream { get; init; }

    /// <summary>How many streams may be open. More are refused: a FIN answers their SYN.</summary>
    public int MaxStreams { get; init; } = 1024;

    /// <summary>
    /// How much unread data all streams may hold before no more should come: 4 MiB as in both real ends. What comes all the same is refused at
    /// four times as much.
    /// </summary>
    public int MaxBufferedBytes { get; init; } = 4 * 1024 * 1024;
}
