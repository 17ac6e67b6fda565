namespace SsmSessions.Channel;

/// <summary>
/// The receiving half of a <see cref="ChannelEnd"/> (spec/ssm-data-channel.md §7.3): it acknowledges, puts in order, leaves out what came twice.
/// </summary>
/// <remarks>
/// Frames come one at a time; only the retry of a message that was kept, acknowledged and then refused comes from a timer. Both run under
/// the gate, so that the consumer sees one call at a time. The sender's gate may be taken within it, never the other way round.
/// </remarks>
internal sealed class ChannelReceiver(ChannelEndOptions options, IMessageConsumer consumer, ChannelSender sender, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private long _expected;
    private ReorderBuffer? _early;
    private ITimer? _retry;
    private Exception? _failure;
    private bool _disposed;

    // Only touched by ReceiveAsync. It outlives a call that did not wait for its end.
    private Task? _room;

    public ValueTask ReceiveAsync(in AgentMessage message, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_failure is not null)
                throw new InvalidOperationException("The consumer failed.", _failure);
            if (!_disposed)
                Take(message);
        }

        if (_room is null)
        {
            // It may outlive this call, and so must not end with it.
            var room = consumer.WaitForRoomAsync(CancellationToken.None);
            if (room.IsCompletedSuccessfully)
                return default;
            _room = room.AsTask();
        }

        return new ValueTask(WaitForRoomAsync(_room, cancellationToken));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _retry?.Dispose();
            _early?.Clear();
        }
    }

    private async Task WaitForRoomAsync(Task room, CancellationToken cancellationToken)
    {
        // Output that waits for acknowledgements may be what the consumer waits for: then the acknowledgements behind this frame must be read.
        await Task.WhenAny(room, sender.WhenSomeoneWaits()).WaitAsync(cancellationToken);
        if (!room.IsCompleted)
            return;
        _room = null;
        await room;
        lock (_gate)
            ConsumeEarly();
    }

    private void Take(in AgentMessage message)
    {
        var number = message.SequenceNumber;
        sender.OnInput(isNew: number >= _expected);

        // What could not be acknowledged now might never be: the client's end says nothing about a message it has had.
        if (!sender.HasRoomToAcknowledge)
            return;
        if (number < _expected)
        {
            if (options.Rules == ChannelRole.Agent)
                sender.Acknowledge(message.MessageId, number);
        }
        else if (number > _expected)
        {
            _early ??= new ReorderBuffer(options.MaxReorderMessages, options.MaxReorderBytes);
            if (_early.TryAdd(number, message.PayloadType, message.Payload))
                sender.Acknowledge(message.MessageId, number);
        }
        else if (Consume(message))
        {
            ConsumeEarly();
        }
    }

    private bool Consume(in AgentMessage message)
    {
        // What the consumer answers to a handshake message must not overtake its acknowledgement (§10.3).
        var isHandshake = message.PayloadType is >= PayloadType.HandshakeRequest and <= PayloadType.EncryptionChallengeResponse;
        if (isHandshake)
            sender.Hold();
        var consumed = false;
        try
        {
            consumed = consumer.TryConsume(message.PayloadType, message.Payload);
            if (!consumed)
                return false;
            _expected++;
            sender.Acknowledge(message.MessageId, message.SequenceNumber);
            return true;
        }
        finally
        {
            if (isHandshake)
                sender.Release();
        }
    }

    /// <summary>Consumes what was kept and has become next. What the consumer refuses is acknowledged and does not come again: it is tried again.</summary>
    private void ConsumeEarly()
    {
        if (_early is null || _disposed)
            return;
        while (_early.TryFind(_expected, out var type, out var payload))
        {
            if (!consumer.TryConsume(type, payload))
            {
                _retry ??= time.CreateTimer(static receiver => ((ChannelReceiver)receiver!).Retry(), this, RetryAfter, Timeout.InfiniteTimeSpan);
                return;
            }

            _early.Remove(_expected);
            _expected++;
        }

        if (_early.IsEmpty)
            _early = null;
    }

    private void Retry()
    {
        lock (_gate)
        {
            _retry?.Dispose();
            _retry = null;
            try
            {
                ConsumeEarly();
            }
            catch (Exception e)
            {
                // Nobody is there to be told: the next frame's caller is.
                _failure = e;
            }
        }
    }
}
