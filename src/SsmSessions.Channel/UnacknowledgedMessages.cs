namespace SsmSessions.Channel;

/// <summary>
/// The messages that have a number and are not acknowledged, in a ring by number, with gaps where later ones were acknowledged first. It
/// also gives out the numbers. Not safe for use by several threads at once.
/// </summary>
internal sealed class UnacknowledgedMessages
{
    private const int SmallRing = 4;

    private MessageBuffer?[] _ring = [];

    /// <summary>The number of the oldest, or <see cref="Next"/> when there is none.</summary>
    public long First { get; private set; }

    /// <summary>The number that the next one gets.</summary>
    public long Next { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of their frames.</summary>
    public long Bytes { get; private set; }

    /// <summary>From the oldest to the newest, gaps included.</summary>
    public long Span => Next - First;

    public MessageBuffer? Oldest => Find(First);

    public MessageBuffer? Find(long sequenceNumber) =>
        sequenceNumber >= First && sequenceNumber < Next ? _ring[Slot(sequenceNumber)] : null;

    /// <summary>Numbers a message and keeps it.</summary>
    public void Add(MessageBuffer message)
    {
        if (Span == _ring.Length)
            Grow();
        message.SequenceNumber = Next++;
        _ring[Slot(message.SequenceNumber)] = message;
        Count++;
        Bytes += message.Frame.Length;
    }

    /// <summary>Takes one out that is there.</summary>
    public void Remove(MessageBuffer message)
    {
        _ring[Slot(message.SequenceNumber)] = null;
        Count--;
        Bytes -= message.Frame.Length;
        while (First < Next && _ring[Slot(First)] is null)
            First++;

        // An idle channel keeps a small ring only.
        if (Count == 0 && _ring.Length > SmallRing)
            _ring = [];
    }

    private int Slot(long sequenceNumber) => (int)(sequenceNumber & (_ring.Length - 1));

    private void Grow()
    {
        var larger = new MessageBuffer?[Math.Max(SmallRing, _ring.Length * 2)];
        for (var number = First; number < Next; number++)
            larger[number & (larger.Length - 1)] = _ring[Slot(number)];
        _ring = larger;
    }
}
