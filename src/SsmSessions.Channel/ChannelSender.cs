namespace SsmSessions.Channel;

/// <summary>
/// The sending half of a <see cref="ChannelEnd"/> (spec/ssm-data-channel.md §7.4): it numbers messages, keeps them until they are
/// acknowledged, and sends them again.
/// </summary>
/// <remarks>
/// All state is under one gate; nothing is sent and no foreign code is called within it. A message is listed before it is sent, so that no
/// acknowledgement can overtake the list. Its memory goes back to the pool when it is neither listed nor in the hands of the loop
/// (<see cref="_inFlight"/>): whoever takes it off the list while it is being sent leaves that to the loop.
/// </remarks>
internal sealed partial class ChannelSender(ChannelEndOptions options, IFrameSink link, TimeProvider time) : IAsyncDisposable
{
    private const ulong FirstMessage = 1;
    private const ulong FirstAndLastMessage = 3;
    private const int MaxServiceFrames = 64;

    private readonly MessageType _type = ChannelEnd.StreamTypeOf(options.Role);
    private readonly Lock _gate = new();
    private readonly UnacknowledgedMessages _messages = new();

    /// <summary>The lowest number that was never sent.</summary>
    private long _unsent;

    private bool _paused;
    private bool _linkLost;
    private bool _disposed;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _someoneWaits;
    private TaskCompletionSource? _drained;

    public bool PeerMayDiscard { get; set; }

    public bool HasRoom
    {
        get
        {
            lock (_gate)
                return !IsFull;
        }
    }

    private bool IsFull => !MayProbe && (_messages.Span >= options.MaxUnacknowledgedMessages || _messages.Bytes >= options.MaxUnacknowledgedBytes);

    private bool IsDrained => _messages.Count == 0;

    public ValueTask SendAsync(MessageBuffer buffer, int payloadLength, PayloadType type, CancellationToken cancellationToken)
    {
        if (payloadLength == 0)
        {
            buffer.Dispose();
            return default;
        }

        // Number and flags come later: the digest need not be computed under the gate.
        var message = buffer.Fit(payloadLength);
        message.PayloadType = type;
        AgentMessage.WriteHeader(message.Frame.Span, _type, Now(), 0, 0, Guid.NewGuid(), type, payloadLength);
        return TryQueue(message, out var room) ? default : new ValueTask(QueueWhenRoomAsync(message, room, cancellationToken));
    }

    public Task DrainAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(ChannelEnd));
            return IsDrained ? Task.CompletedTask : (_drained ??= NewSignal()).Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Completes as soon as a sender waits for acknowledgements.</summary>
    public Task WhenSomeoneWaits()
    {
        lock (_gate)
            return _room is not null || _disposed ? Task.CompletedTask : (_someoneWaits ??= NewSignal()).Task;
    }

    public void OnAcknowledged(long number)
    {
        bool start;
        lock (_gate)
        {
            var resumed = ResumeIfHeard();
            if (number < _unsent && _messages.Find(number) is { } message)
            {
                _timeout.Add(time.GetElapsedTime(message.SentAt).TotalMilliseconds);
                _provenBelow = Math.Max(_provenBelow, message.ProvesBelow);
                Settle(message);
                Wake();
            }

            start = resumed && TryClaimLoop();
        }

        if (start)
            Start(here: false);
    }

    /// <summary>The client sent something: an agent's end that is silent speaks again.</summary>
    /// <param name="isNew">It was not received before.</param>
    public void OnInput(bool isNew)
    {
        bool start;
        lock (_gate)
        {
            var speaks = ResumeIfHeard();
            if (isNew && _handshakeCompleteSent)
                speaks |= EndQuiet(forGood: true);
            start = speaks && TryClaimLoop();
        }

        if (start)
            Start(here: false);
    }

    public void Pause()
    {
        lock (_gate)
            _paused = true;
    }

    public void Resume()
    {
        bool start;
        lock (_gate)
        {
            Repeat();
            start = TryClaimLoop();
        }

        if (start)
            Start(here: false);
    }

    public async ValueTask DisposeAsync()
    {
        Task stopped;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _timer?.Dispose();
            while (_messages.Oldest is { } message)
                Settle(message);
            _room?.TrySetResult();
            _someoneWaits?.TrySetResult();
            // Whoever wanted to know may have left: then nobody else looks at it.
            if (_drained?.TrySetException(new ObjectDisposedException(nameof(ChannelEnd))) == true)
                _ = _drained.Task.Exception;
            stopped = _isRunning ? (_stopped = NewSignal()).Task : Task.CompletedTask;
        }

        await _ended.CancelAsync();
        await stopped;
        _ended.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool TryQueue(MessageBuffer message, out Task room)
    {
        bool start;
        room = Task.CompletedTask;
        lock (_gate)
        {
            if (_disposed)
            {
                message.Dispose();
                throw new ObjectDisposedException(nameof(ChannelEnd));
            }

            if (IsFull)
            {
                room = (_room ??= NewSignal()).Task;
                _someoneWaits?.TrySetResult();
                _someoneWaits = null;
                return false;
            }

            _messages.Add(message);
            var isFirst = options.Role == ChannelRole.Agent && message.SequenceNumber == 0;
            AgentMessage.Number(message.Frame.Span, message.SequenceNumber, isFirst ? FirstMessage : 0);
            start = MaySendNew && TryClaimLoop();
        }

        if (start)
            Start(here: true);
        return true;
    }

    private async Task QueueWhenRoomAsync(MessageBuffer message, Task room, CancellationToken cancellationToken)
    {
        do
        {
            try
            {
                await room.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                message.Dispose();
                throw;
            }
        }
        while (!TryQueue(message, out room));
    }

    private bool ResumeIfHeard()
    {
        if (options.Role != ChannelRole.Agent || !(_paused || _linkLost))
            return false;
        Repeat();
        return true;
    }

    private void Settle(MessageBuffer message)
    {
        _messages.Remove(message);
        if (ReferenceEquals(message, _inFlight))
            message.IsSettled = true;
        else
            message.Dispose();
    }

    /// <summary>Lets senders go on when a quarter of the window is free, so that each wakes up for several messages.</summary>
    private void Wake()
    {
        if (_room is not null && (MayProbe || (_messages.Span <= options.MaxUnacknowledgedMessages / 4 * 3 && _messages.Bytes <= options.MaxUnacknowledgedBytes / 4 * 3)))
        {
            _room.TrySetResult();
            _room = null;
        }

        if (IsDrained)
        {
            _drained?.TrySetResult();
            _drained = null;
        }
    }
}
