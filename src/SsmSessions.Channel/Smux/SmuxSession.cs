namespace SsmSessions.Channel.Smux;

/// <summary>Sends a frame that stands in a message buffer, and takes the buffer over.</summary>
/// <param name="frame">Header and data stand at the start of its payload.</param>
/// <param name="length">Of header and data.</param>
/// <param name="cancellationToken">Ends a wait.</param>
internal delegate ValueTask SmuxOutput(MessageBuffer frame, int length, CancellationToken cancellationToken);

/// <summary>
/// Many streams over one channel: smux version 1 in the payloads of type Output of a multiplexed port session (spec/ssm-data-channel.md
/// §10.3, §11). It has no keep-alive of its own and no goodbye.
/// </summary>
/// <remarks>
/// Bytes are received by one caller at a time; streams may be used from anywhere. All state, the streams' too, is under one gate, and nothing
/// is sent within it.
/// </remarks>
public sealed class SmuxSession : IDisposable
{
    private const int MaxRefusals = 64;

    /// <summary>
    /// A channel that waits for acknowledgements reads on although there is no room (they come behind this data). What is refused then has to
    /// be repeated, one message in 100 ms: so more is taken than should come, about what a link holds.
    /// </summary>
    private const long RefusalFactor = 4;

    private readonly SmuxSessionOptions _options;
    private readonly SmuxOutput _output;
    private readonly Func<MessageBuffer> _rent;
    private readonly Dictionary<uint, SmuxStream> _streams = [];
    private readonly TaskCompletionSource _completion = NewSignal();
    private SmuxParser _parser;
    private uint _lastId;
    private int _refusals;
    private int _buffered;
    private TaskCompletionSource? _room;
    private IOException? _end;

    /// <summary>A session whose frames go out by that channel, each as one message.</summary>
    public SmuxSession(SmuxSessionOptions options, ChannelEnd channel)
        : this(options, (frame, length, cancellationToken) => channel.SendAsync(frame, length, PayloadType.Output, cancellationToken), channel.Rent)
    {
    }

    internal SmuxSession(SmuxSessionOptions options, SmuxOutput output, Func<MessageBuffer> rent)
    {
        _options = options;
        _output = output;
        _rent = rent;
        _lastId = options.Role == ChannelRole.Client ? 1u : 0u;
    }

    /// <summary>Completes when the session has ended: it was disposed, or the other end broke the protocol (<see cref="Failure"/>).</summary>
    public Task Completion => _completion.Task;

    /// <summary>Why the session ended by itself; null otherwise.</summary>
    public string? Failure { get; private set; }

    internal Lock Gate { get; } = new();

    /// <summary>Under the gate.</summary>
    internal bool HasEnded => _end is not null;

    /// <summary>
    /// Takes received bytes, cut anywhere. False, and none of them are taken, while streams hold too much that is unread. After the end of the
    /// session bytes are dropped.
    /// </summary>
    public bool TryReceive(ReadOnlySpan<byte> bytes)
    {
        lock (Gate)
        {
            if (_end is null && _buffered >= _options.MaxBufferedBytes * RefusalFactor)
                return false;
        }

        while (_parser.Next(ref bytes, out var header, out var data) is var piece && piece != SmuxPiece.None)
        {
            if (piece == SmuxPiece.Error)
            {
                Fail($"The other end sent an smux frame of version {header.Version}, command {(byte)header.Command}.");
                return true;
            }

            OnPiece(header, data);
        }

        return true;
    }

    /// <summary>Completes when <see cref="TryReceive"/> takes bytes again.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return _end is not null || _buffered < _options.MaxBufferedBytes
                ? default
                : new ValueTask((_room ??= NewSignal()).Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Opens a stream; completes when its SYN is queued.</summary>
    /// <exception cref="IOException">The session has ended, or has too many streams.</exception>
    public async ValueTask<SmuxStream> OpenStreamAsync(CancellationToken cancellationToken)
    {
        SmuxStream stream;
        lock (Gate)
        {
            ThrowIfEnded();
            if (_streams.Count >= _options.MaxStreams || _lastId > uint.MaxValue - 2)
                throw new IOException("No more streams can be opened.");
            do
                _lastId += 2;
            while (_streams.ContainsKey(_lastId));
            stream = new SmuxStream(this, _lastId);
            _streams.Add(_lastId, stream);
        }

        await SendAsync(SmuxCommand.Syn, stream.Id, cancellationToken);
        return stream;
    }

    /// <summary>
    /// Sends a keep-alive. Only for a client that has it on, and would close after 30 s without a frame (§8.3): otherwise it keeps an idle
    /// session from its timeout.
    /// </summary>
    /// <exception cref="IOException">The session has ended.</exception>
    public ValueTask SendKeepAliveAsync(CancellationToken cancellationToken) => SendAsync(SmuxCommand.Nop, 0, cancellationToken);

    /// <summary>Ends the session and all its streams. Nothing is sent.</summary>
    public void Dispose() => End(new IOException("The session has ended."));

    internal static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal MessageBuffer Rent() => _rent();

    internal ValueTask SendAsync(MessageBuffer frame, SmuxCommand command, uint streamId, int dataLength, CancellationToken cancellationToken)
    {
        SmuxFrame.WriteHeader(frame.Payload.Span, command, streamId, dataLength);
        return _output(frame, SmuxFrame.HeaderBytes + dataLength, cancellationToken);
    }

    internal ValueTask SendAsync(SmuxCommand command, uint streamId, CancellationToken cancellationToken)
    {
        lock (Gate)
            ThrowIfEnded();
        return SendAsync(new MessageBuffer(SmuxFrame.HeaderBytes), command, streamId, 0, cancellationToken);
    }

    /// <summary>Under the gate.</summary>
    internal void ThrowIfEnded()
    {
        if (_end is not null)
            throw new IOException(_end.Message);
    }

    /// <summary>Under the gate: this end is done with the stream.</summary>
    internal void Forget(SmuxStream stream) => _streams.Remove(stream.Id);

    /// <summary>Under the gate: data was read, or will not be.</summary>
    internal void Release(int bytes)
    {
        _buffered -= bytes;
        if (_room is null || _buffered > _options.MaxBufferedBytes / 4 * 3)
            return;
        _room.TrySetResult();
        _room = null;
    }

    private void OnPiece(SmuxHeader header, ReadOnlySpan<byte> data)
    {
        SmuxStream? accepted = null;
        var refused = false;
        lock (Gate)
        {
            if (_end is not null)
                return;
            _streams.TryGetValue(header.StreamId, out var stream);
            switch (header.Command)
            {
                case SmuxCommand.Syn when stream is null:
                    accepted = Accept(header.StreamId, out refused);
                    break;
                case SmuxCommand.Fin:
                    stream?.OnFin();
                    break;
                case SmuxCommand.Psh when stream is not null && stream.TryAppend(data):
                    _buffered += data.Length;
                    break;
            }
        }

        if (accepted is not null)
            _options.OnStream!(accepted);
        else if (refused)
            _ = RefuseAsync(header.StreamId);
    }

    private SmuxStream? Accept(uint id, out bool refused)
    {
        // A refusal may wait for the channel's window: there are never many, and who opens still more streams gets no answer.
        refused = (_options.OnStream is null || _streams.Count >= _options.MaxStreams) && _refusals < MaxRefusals;
        if (refused)
            _refusals++;
        if (_options.OnStream is null || _streams.Count >= _options.MaxStreams)
            return null;
        var stream = new SmuxStream(this, id);
        _streams.Add(id, stream);
        return stream;
    }

    private async Task RefuseAsync(uint id)
    {
        try
        {
            await SendAsync(SmuxCommand.Fin, id, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The session is over, and with it the stream.
        }

        lock (Gate)
            _refusals--;
    }

    private void Fail(string reason)
    {
        Failure = reason;
        End(new IOException(reason));
    }

    private void End(IOException end)
    {
        lock (Gate)
        {
            if (_end is not null)
                return;
            _end = end;
            foreach (var stream in _streams.Values)
                stream.OnSessionEnd();
            _streams.Clear();
            _room?.TrySetResult();
            _room = null;
        }

        _completion.TrySetResult();
    }
}
