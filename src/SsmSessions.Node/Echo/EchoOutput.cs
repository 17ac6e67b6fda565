using SsmSessions.Channel;

namespace SsmSessions.Node.Echo;

/// <summary>Sends bytes back in the order they came. While the channel has no room a bounded number of them waits here.</summary>
internal sealed class EchoOutput(NodeSession session)
{
    private const int MaxWaiting = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private ByteQueue? _waiting;
    private bool _isSending;
    private bool _completes;

    /// <summary>Sends the bytes. False, and none of them sent, when too much waits already.</summary>
    public bool TrySend(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_isSending)
            {
                _waiting ??= new ByteQueue();
                if (_waiting.Count > MaxWaiting)
                    return false;
                _waiting.Add(bytes);
                return true;
            }

            var sent = Send(ref bytes);
            if (sent.IsCompletedSuccessfully)
                return true;
            _isSending = true;
            (_waiting ??= new ByteQueue()).Add(bytes);
            _ = SendWaitingAsync(sent);
            return true;
        }
    }

    /// <summary>The session is over when all is sent.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completes = true;
            if (_isSending)
                return;
        }

        session.Complete();
    }

    /// <summary>Sends messages as long as they need not wait; takes what is sent, or is about to be, off the bytes.</summary>
    private ValueTask Send(ref ReadOnlySpan<byte> bytes)
    {
        var sent = default(ValueTask);
        while (bytes.Length > 0 && sent.IsCompletedSuccessfully)
        {
            var buffer = session.Channel.Rent();
            var length = Math.Min(bytes.Length, buffer.Payload.Length);
            bytes[..length].CopyTo(buffer.Payload.Span);
            bytes = bytes[length..];
            sent = session.Channel.SendAsync(buffer, length, PayloadType.Output, CancellationToken.None);
        }

        return sent;
    }

    private async Task SendWaitingAsync(ValueTask sent)
    {
        try
        {
            await sent;
            while (SendNext() is { } next)
                await next;
            if (_completes)
                session.Complete();
        }
        catch (ObjectDisposedException)
        {
            // The session was ended from outside.
        }
        catch (Exception failure)
        {
            session.Fail(failure);
        }
    }

    private ValueTask? SendNext()
    {
        lock (_lock)
        {
            var next = _waiting!.Peek().Span;
            if (next.IsEmpty)
            {
                _isSending = false;
                return null;
            }

            var length = next.Length;
            var sent = Send(ref next);
            _waiting.Advance(length - next.Length);
            return sent;
        }
    }
}
