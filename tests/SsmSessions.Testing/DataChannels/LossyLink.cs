using SsmSessions.Channel;

namespace SsmSessions.Testing.DataChannels;

/// <summary>How bad a <see cref="LossyLink"/> is. Shares are between 0 and 1.</summary>
/// <param name="Drops">Share of frames that are lost.</param>
/// <param name="Doubles">Share of frames that come twice.</param>
/// <param name="MostDelay">Frames are under way up to so long.</param>
/// <param name="KeepsOrder">They do not overtake each other, as on a TCP connection.</param>
public sealed record LossyLinkOptions(double Drops = 0, double Doubles = 0, TimeSpan MostDelay = default, bool KeepsOrder = false);

/// <summary>
/// One direction of a link that loses, doubles, delays and reorders frames: the same each time for the same seed. Frames arrive when
/// <see cref="Deliver"/> is called and the clock has come to them. Not safe for several threads.
/// </summary>
public sealed class LossyLink(TimeProvider time, Random random, LossyLinkOptions options) : IFrameSink
{
    private readonly PriorityQueue<byte[], (long Due, long Number)> _underWay = new();
    private long _number;
    private long _latest;

    /// <summary>The link is broken: who sends is told.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Nothing is under way.</summary>
    public bool IsEmpty => _underWay.Count == 0;

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        if (IsDown)
            throw new IOException("The link is down.");
        var copies = random.NextDouble() < options.Drops ? 0 : random.NextDouble() < options.Doubles ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            var due = time.GetTimestamp() + (long)(options.MostDelay.TotalSeconds * time.TimestampFrequency * random.NextDouble());
            _latest = Math.Max(_latest, due);
            if (options.KeepsOrder)
                due = _latest;
            _underWay.Enqueue(frame.ToArray(), (due, _number++));
        }

        return default;
    }

    /// <summary>Hands over, one after the other, the frames that are due, those included that are sent meanwhile.</summary>
    public void Deliver(Action<byte[]> receiver)
    {
        while (_underWay.TryPeek(out _, out var next) && next.Due <= time.GetTimestamp())
            receiver(_underWay.Dequeue());
    }

    /// <summary>Breaks the link, and loses what is under way.</summary>
    public void Cut()
    {
        IsDown = true;
        _underWay.Clear();
    }

    /// <summary>Another link takes its place.</summary>
    public void Reopen() => IsDown = false;
}
