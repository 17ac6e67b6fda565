using System.Buffers;

namespace SsmSessions.Channel;

/// <content>What is sent next, by one loop that exists while there is something to send.</content>
internal sealed partial class ChannelSender
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Queue<PendingAcknowledgement> _acknowledgements = new();
    private Queue<byte[]>? _serviceFrames;

    /// <summary>Somebody runs the loop, or is about to.</summary>
    private bool _isRunning;

    /// <summary>Set by whoever waits for the loop's end.</summary>
    private TaskCompletionSource? _stopped;

    /// <summary>The message that the loop has given to the link.</summary>
    private MessageBuffer? _inFlight;

    /// <summary>New messages wait until what they answer is acknowledged.</summary>
    private bool _held;

    private bool _handshakeCompleteSent;
    private bool _clientIsReady;
    private bool _isQuiet;
    private long _quietSince;

    public bool HasRoomToAcknowledge
    {
        get
        {
            lock (_gate)
                return _acknowledgements.Count < options.MaxQueuedAcknowledgements;
        }
    }

    private bool MaySendStream => !_paused && !_linkLost && !_isQuiet;

    private bool MaySendNew => MaySendStream && !_held;

    /// <summary>Queues the acknowledgement of a message.</summary>
    public void Acknowledge(Guid messageId, long number)
    {
        bool start;
        lock (_gate)
        {
            _acknowledgements.Enqueue(new PendingAcknowledgement(messageId, number));
            start = !_isQuiet && !_linkLost && TryClaimLoop();
        }

        if (start)
            Start(here: false);
    }

    public void SendServiceMessage(MessageType type, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[AgentMessage.HeaderBytes + payload.Length];
        AgentMessage.Write(frame, type, Now(), 0, FirstAndLastMessage, Guid.NewGuid(), PayloadType.None, payload);
        bool start;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(ChannelEnd));
            _serviceFrames ??= new Queue<byte[]>();
            if (_serviceFrames.Count >= MaxServiceFrames)
                throw new InvalidOperationException("Too many service messages are queued.");
            _serviceFrames.Enqueue(frame);
            start = TryClaimLoop();
        }

        if (start)
            Start(here: true);
    }

    /// <summary>Holds new messages back until <see cref="Release"/>.</summary>
    public void Hold()
    {
        lock (_gate)
            _held = true;
    }

    public void Release()
    {
        bool start;
        lock (_gate)
        {
            _held = false;
            start = _unsent < _messages.Next && MaySendNew && TryClaimLoop();
        }

        if (start)
            Start(here: false);
    }

    private bool TryClaimLoop()
    {
        if (_isRunning || _disposed)
            return false;
        _isRunning = true;
        return true;
    }

    /// <summary>Runs the loop that the caller has claimed, outside the gate.</summary>
    /// <param name="here">
    /// On the caller's thread as far as the link takes frames at once, which saves a sender a change of threads. A receiver's thread has frames to read.
    /// </param>
    private void Start(bool here)
    {
        if (here || options.SendsInline)
            _ = RunAsync();
        else
            ThreadPool.UnsafeQueueUserWorkItem(static sender => _ = sender.RunAsync(), this, preferLocal: false);
    }

    private async Task RunAsync()
    {
        byte[]? room = null;
        while (TryTakeNext(out var frame, out var acknowledgement, out var resumes))
        {
            try
            {
                if (acknowledgement is { } pending)
                    frame = Write(room ??= ArrayPool<byte>.Shared.Rent(AgentMessage.HeaderBytes + Payloads.Acknowledge.MaxBytes), pending);
                await link.SendAsync(frame, _ended.Token);
                AfterSend();
            }
            catch (Exception)
            {
                // The contract says IOException, or the cancellation of DisposeAsync. Whatever it is, the link did not take a frame, and waits for
                // a resume: there is nobody to throw to.
                OnLinkLost(resumes);
            }
        }

        if (room is not null)
            ArrayPool<byte>.Shared.Return(room);
    }

    /// <summary>Acknowledgements first, then what is to be sent again, then new messages. False ends the loop, under the same gate as the look.</summary>
    private bool TryTakeNext(out ReadOnlyMemory<byte> frame, out PendingAcknowledgement? acknowledgement, out int resumes)
    {
        lock (_gate)
        {
            frame = default;
            acknowledgement = null;
            resumes = _resumes;
            if (!_disposed && !_isQuiet && !_linkLost)
            {
                if (_acknowledgements.TryDequeue(out var pending))
                    acknowledgement = pending;
                else if (_serviceFrames is not null && _serviceFrames.TryDequeue(out var service))
                    frame = service;
                else if (MaySendStream)
                    frame = TakeAgain() ?? (_held ? null : TakeNew()) ?? default;
                if (acknowledgement is not null || !frame.IsEmpty)
                    return true;
            }

            Rest();
            return false;
        }
    }

    private ReadOnlyMemory<byte>? TakeAgain()
    {
        for (_again = Math.Max(_again, _messages.First); _again < Math.Min(_againEnd, _unsent);)
        {
            if (_messages.Find(_again++) is not { } message)
                continue;
            message.Resends++;
            Stamp(message);
            return Take(message);
        }

        return null;
    }

    private ReadOnlyMemory<byte>? TakeNew()
    {
        if (_messages.Find(_unsent) is not { } message)
            return null;
        _unsent++;
        message.ProvesBelow = _resumedAt;
        Stamp(message);
        return Take(message);
    }

    private ReadOnlyMemory<byte> Take(MessageBuffer message)
    {
        _inFlight = message;
        _timer ??= time.CreateTimer(static sender => ((ChannelSender)sender!).OnTick(), this, Tick, Tick);
        if (message.PayloadType == PayloadType.HandshakeComplete)
        {
            _handshakeCompleteSent = true;
            _isQuiet = !_clientIsReady && options.QuietAfterHandshake > TimeSpan.Zero;
            _quietSince = time.GetTimestamp();
        }

        return message.Frame;
    }

    private void AfterSend()
    {
        lock (_gate)
        {
            if (_inFlight is not { } message)
                return;

            // Again: a slow link is not the other end's silence.
            Stamp(message);
            Land();
        }
    }

    /// <summary>The client does not restart the clock of a message that it repeats, the agent does.</summary>
    private void Stamp(MessageBuffer message)
    {
        if (message.Resends == 0 || options.Rules == ChannelRole.Agent)
            message.SentAt = time.GetTimestamp();
    }

    /// <param name="resumes">How many resumes there had been when the frame was taken: a link that has been replaced since says nothing of the new one.</param>
    private void OnLinkLost(int resumes)
    {
        lock (_gate)
        {
            Land();
            _linkLost |= resumes == _resumes;
        }
    }

    /// <summary>The loop has no message in its hands.</summary>
    private void Land()
    {
        if (_inFlight is { IsSettled: true } message)
            message.Dispose();
        _inFlight = null;
    }

    /// <summary>The loop ends. An idle end keeps no large queue.</summary>
    private void Rest()
    {
        _isRunning = false;
        _stopped?.TrySetResult();
        if (_acknowledgements is { Count: 0, Capacity: > 8 })
            _acknowledgements.TrimExcess();
        if (_serviceFrames is { Count: 0 })
            _serviceFrames = null;
    }

    private ReadOnlyMemory<byte> Write(byte[] room, PendingAcknowledgement pending)
    {
        var type = ChannelEnd.StreamTypeOf(ChannelEnd.Other(options.Role));
        var length = Payloads.Acknowledge.Write(room.AsSpan(AgentMessage.HeaderBytes), type, pending.MessageId, pending.Number);
        AgentMessage.WriteHeader(
            room, MessageType.Acknowledge, Now(), 0, Payloads.Acknowledge.Flags, Guid.NewGuid(), PayloadType.None, length);
        return room.AsMemory(0, AgentMessage.HeaderBytes + length);
    }

    private bool EndQuiet(bool forGood)
    {
        _clientIsReady |= forGood;
        var wasQuiet = _isQuiet;
        _isQuiet = false;
        return wasQuiet;
    }

    private readonly record struct PendingAcknowledgement(Guid MessageId, long Number);
}
