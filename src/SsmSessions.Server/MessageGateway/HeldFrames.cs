namespace SsmSessions.Server.MessageGateway;

/// <summary>Frames for a client that is not there, in order and within bounds.</summary>
internal sealed class HeldFrames
{
    /// <summary>The most that is held, bytes (DESIGN §5).</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private readonly Queue<byte[]> _frames = new();
    private int _bytes;

    public int Count => _frames.Count;

    /// <summary>Keeps a copy; false when there is no room.</summary>
    public bool TryAdd(ReadOnlySpan<byte> frame)
    {
        if (_bytes + frame.Length > MaxBytes)
            return false;
        _bytes += frame.Length;
        _frames.Enqueue(frame.ToArray());
        return true;
    }

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? frame)
    {
        if (!_frames.TryDequeue(out frame))
            return false;
        _bytes -= frame.Length;
        return true;
    }
}
