namespace SsmSessions.Channel.Smux;

/// <summary>
/// One stream of a <see cref="SmuxSession"/>. One caller at a time reads, and one at a time sends. It cannot be closed by halves: a FIN, sent or
/// received, ends both directions (spec/ssm-data-channel.md §11).
/// </summary>
public sealed class SmuxStream : IAsyncDisposable
{
    private const int LeastChunkBytes = 4096;

    private readonly SmuxSession _session;
    private readonly Queue<Chunk> _chunks = new();

    // The last one of the queue, which may have room.
    private Chunk? _tail;

    // What the reader got last, and may be using still.
    private Chunk? _read;

    private TaskCompletionSource? _arrived;
    private bool _hasFin;
    private bool _isClosed;

    internal SmuxStream(SmuxSession session, uint id)
    {
        _session = session;
        Id = id;
    }

    /// <summary>Its id.</summary>
    public uint Id { get; }

    /// <summary>The place for data in a buffer of <see cref="Rent"/>: behind the header's.</summary>
    public static Memory<byte> DataOf(MessageBuffer buffer)
    {
        var data = buffer.Payload[SmuxFrame.HeaderBytes..];
        return data.Length > SmuxFrame.MaxDataBytes ? data[..SmuxFrame.MaxDataBytes] : data;
    }

    /// <summary>A buffer to put data in, at <see cref="DataOf"/>, for <see cref="SendAsync"/>. Who does not send it disposes it.</summary>
    public MessageBuffer Rent() => _session.Rent();

    /// <summary>Sends the data that stands in the buffer, without a copy, and takes the buffer over, also when it throws. Completes when it is queued.</summary>
    /// <exception cref="IOException">The stream or the session has ended: the other end would drop it.</exception>
    public ValueTask SendAsync(MessageBuffer buffer, int length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            buffer.Dispose();
            return default;
        }

        lock (_session.Gate)
        {
            if (_isClosed || _hasFin || _session.HasEnded)
            {
                buffer.Dispose();
                _session.ThrowIfEnded();
                throw new IOException("The stream has ended.");
            }
        }

        return _session.SendAsync(buffer, SmuxCommand.Psh, Id, length, cancellationToken);
    }

    /// <summary>Sends a copy of the data, in as many frames as it takes.</summary>
    /// <exception cref="IOException">The stream or the session has ended.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            var buffer = Rent();
            var room = DataOf(buffer);
            var length = Math.Min(room.Length, data.Length);
            data[..length].CopyTo(room);
            await SendAsync(buffer, length, cancellationToken);
            data = data[length..];
        }
    }

    /// <summary>What has arrived and was not read, at least one byte; empty when the other end has closed the stream. Valid until the next read.</summary>
    /// <exception cref="IOException">The session has ended.</exception>
    /// <exception cref="ObjectDisposedException">The stream was closed at this end.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrived;
            lock (_session.Gate)
            {
                ObjectDisposedException.ThrowIf(_isClosed, this);
                ReleaseRead();
                if (_chunks.TryDequeue(out _read))
                {
                    _tail = _chunks.Count == 0 ? null : _tail;
                    return _read.Data;
                }

                _session.ThrowIfEnded();
                if (_hasFin)
                    return default;
                arrived = (_arrived ??= SmuxSession.NewSignal()).Task;
            }

            await arrived.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Closes both directions: what is not read is dropped, and a FIN sent behind all that was sent before.</summary>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        lock (_session.Gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            _session.Forget(this);
            DropUnread();
            Signal();
        }

        try
        {
            await _session.SendAsync(SmuxCommand.Fin, Id, cancellationToken);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The session has ended before: the stream with it.
        }
    }

    /// <summary>As <see cref="CloseAsync"/>.</summary>
    public ValueTask DisposeAsync() => CloseAsync(CancellationToken.None);

    /// <summary>Under the gate. False when nobody will read it.</summary>
    internal bool TryAppend(ReadOnlySpan<byte> data)
    {
        if (_hasFin)
            return false;
        while (!data.IsEmpty)
        {
            if (_tail is not { IsFull: false })
                _chunks.Enqueue(_tail = new Chunk(Math.Max(LeastChunkBytes, data.Length)));
            data = data[_tail.Append(data)..];
        }

        Signal();
        return true;
    }

    /// <summary>Under the gate: what came before is still read.</summary>
    internal void OnFin()
    {
        _hasFin = true;
        Signal();
    }

    /// <summary>Under the gate.</summary>
    internal void OnSessionEnd()
    {
        DropUnread();
        Signal();
    }

    private void Signal()
    {
        _arrived?.TrySetResult();
        _arrived = null;
    }

    private void ReleaseRead()
    {
        if (_read is null)
            return;
        _session.Release(_read.Length);
        _read.Return();
        _read = null;
    }

    private void DropUnread()
    {
        // A reader in another thread may still use what it got: that one is left to the garbage collector.
        if (_read is not null)
            _session.Release(_read.Length);
        _read = null;
        while (_chunks.TryDequeue(out var chunk))
        {
            _session.Release(chunk.Length);
            chunk.Return();
        }

        _tail = null;
    }

    private sealed class Chunk(int bytes)
    {
        private readonly byte[] _array = FramePool.Rent(bytes);

        public int Length { get; private set; }

        public bool IsFull => Length == _array.Length;

        public ReadOnlyMemory<byte> Data => _array.AsMemory(0, Length);

        public int Append(ReadOnlySpan<byte> data)
        {
            var length = Math.Min(data.Length, _array.Length - Length);
            data[..length].CopyTo(_array.AsSpan(Length));
            Length += length;
            return length;
        }

        public void Return() => FramePool.Return(_array);
    }
}
