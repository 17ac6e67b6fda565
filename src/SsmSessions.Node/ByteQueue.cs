using System.Buffers;

namespace SsmSessions.Node;

/// <summary>Bytes that wait to be written, in pooled pieces. Not safe for several threads.</summary>
internal sealed class ByteQueue : IDisposable
{
    private const int PieceBytes = 32 * 1024;

    private readonly Queue<byte[]> _pieces = new();
    private byte[]? _last;
    private int _head;
    private int _tail;

    /// <summary>How many bytes wait.</summary>
    public int Count { get; private set; }

    /// <summary>The next bytes; empty when none wait. They stay where they are until <see cref="Advance"/>.</summary>
    public ReadOnlyMemory<byte> Peek() =>
        _pieces.TryPeek(out var first) ? first.AsMemory(_head, (first == _last ? _tail : first.Length) - _head) : default;

    /// <summary>Adds bytes at the end.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Count += bytes.Length;
        while (bytes.Length > 0)
        {
            if (_last is null || _tail == _last.Length)
            {
                _last = ArrayPool<byte>.Shared.Rent(PieceBytes);
                _tail = 0;
                _pieces.Enqueue(_last);
            }

            var length = Math.Min(bytes.Length, _last.Length - _tail);
            bytes[..length].CopyTo(_last.AsSpan(_tail));
            _tail += length;
            bytes = bytes[length..];
        }
    }

    /// <summary>Takes away the next bytes, at most those that <see cref="Peek"/> showed.</summary>
    public void Advance(int count)
    {
        Count -= count;
        _head += count;
        var first = _pieces.Peek();
        if (_head < (first == _last ? _tail : first.Length))
            return;
        ArrayPool<byte>.Shared.Return(_pieces.Dequeue());
        _head = 0;
        if (first == _last)
            _last = null;
    }

    /// <summary>Takes away all bytes.</summary>
    public void Clear()
    {
        while (_pieces.TryDequeue(out var piece))
            ArrayPool<byte>.Shared.Return(piece);
        (_last, _head, _tail, Count) = (null, 0, 0, 0);
    }

    public void Dispose() => Clear();
}
