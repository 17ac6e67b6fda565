namespace SsmSessions.Channel;

/// <summary>Messages that came before an earlier one, within bounds. They are acknowledged: none may be lost. Not safe for several threads.</summary>
internal sealed class ReorderBuffer(int maxMessages, int maxBytes)
{
    private readonly Dictionary<long, Kept> _kept = [];
    private int _bytes;

    public bool IsEmpty => _kept.Count == 0;

    /// <summary>Keeps a copy. False when there is no room for it.</summary>
    public bool TryAdd(long sequenceNumber, PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (_kept.ContainsKey(sequenceNumber))
            return true;
        if (_kept.Count >= maxMessages || payload.Length > maxBytes - _bytes)
            return false;
        var copy = FramePool.Rent(payload.Length);
        payload.CopyTo(copy);
        _kept.Add(sequenceNumber, new Kept(type, copy, payload.Length));
        _bytes += payload.Length;
        return true;
    }

    /// <summary>The message of that number, which stays.</summary>
    public bool TryFind(long sequenceNumber, out PayloadType type, out ReadOnlySpan<byte> payload)
    {
        var found = _kept.TryGetValue(sequenceNumber, out var kept);
        type = kept.Type;
        payload = found ? kept.Copy.AsSpan(0, kept.Length) : default;
        return found;
    }

    public void Remove(long sequenceNumber)
    {
        if (!_kept.Remove(sequenceNumber, out var kept))
            return;
        _bytes -= kept.Length;
        FramePool.Return(kept.Copy);
    }

    public void Clear()
    {
        foreach (var number in _kept.Keys.ToArray())
            Remove(number);
    }

    private readonly record struct Kept(PayloadType Type, byte[] Copy, int Length);
}
