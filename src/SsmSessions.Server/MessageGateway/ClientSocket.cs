using System.Buffers;
using System.Net.WebSockets;
using SsmSessions.Channel;

namespace SsmSessions.Server.MessageGateway;

/// <summary>One websocket of the gateway: whole messages in, whole messages out, one writer at a time.</summary>
/// <param name="socket">The accepted socket.</param>
/// <param name="realTime">The clock of its time limits.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "Who waits to send must see the socket's end, not a disposed semaphore that wakes nobody.")]
internal sealed class ClientSocket(WebSocket socket, TimeProvider realTime)
{
    private const int FirstBufferBytes = 4 * 1024;

    /// <summary>Most clients drop the connection instead of answering a close; a reader that is slow gets this long.</summary>
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private ITimer? _cutOff;

    /// <summary>
    /// The text message that a client opens the channel with; null when there is none, or it left. Binary messages before it are left out: a
    /// plugin that comes back may repeat unacknowledged input a moment before it sends its token, and will repeat it again.
    /// </summary>
    /// <param name="maxBytes">The most bytes up to the end of the text.</param>
    /// <param name="within">How long it may take.</param>
    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReceiveTextAsync(int maxBytes, TimeSpan within)
    {
        var buffer = new byte[maxBytes];
        var (begin, length) = (0, 0);
        // The read goes on beyond a time-out: to cancel it would abort the socket before the reason is told.
        using var limit = new CancellationTokenSource(within, realTime);
        try
        {
            while (length < maxBytes)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(limit.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                    return null;
                length += received.Count;
                if (!received.EndOfMessage)
                    continue;
                if (received.MessageType == WebSocketMessageType.Text)
                    return buffer.AsMemory(begin, length - begin);
                begin = length;
            }

            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            return null;
        }
    }

    /// <summary>Gives every binary message to <paramref name="take"/>, one after the other, until the socket ends. While nothing comes, no
    /// buffer is held.</summary>
    /// <returns>Why it ended: null when the client left, or what it did wrong.</returns>
    public async Task<ChannelRefusal?> PumpAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take)
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                var arrival = socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (!arrival.IsCompleted)
                    Return(ref buffer);
                var begin = await arrival;
                if (begin.MessageType == WebSocketMessageType.Close)
                    return null;
                if (begin.MessageType == WebSocketMessageType.Text)
                    return ChannelRefusal.TextFrame;
                if (begin.EndOfMessage)
                    continue;

                buffer ??= ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
                var length = 0;
                ValueWebSocketReceiveResult received;
                do
                {
                    if (length == buffer.Length && !TryGrow(ref buffer))
                        return ChannelRefusal.TooLarge;
                    received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += received.Count;
                }
                while (!received.EndOfMessage);

                if (length > AgentMessage.MaxFrameBytes)
                    return ChannelRefusal.TooLarge;
                await GiveAsync(buffer.AsMemory(0, length), take);
            }
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            return null;
        }
        finally
        {
            Return(ref buffer);
        }
    }

    /// <summary>Gives a message away. Once the socket is about to close nobody takes it, and reading goes on until the client leaves: it is to
    /// read the last message first.</summary>
    private async ValueTask GiveAsync(ReadOnlyMemory<byte> message, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take)
    {
        if (_closing.IsCancellationRequested)
            return;
        try
        {
            await take(message, _closing.Token);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // It waited for room in the node.
        }
    }

    /// <summary>Sends a binary message; false when the socket is gone.</summary>
    public ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) =>
        TrySendAsync(frame, WebSocketMessageType.Binary, cancellationToken);

    /// <summary>Sends a message; false when the socket is gone.</summary>
    public async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        try
        {
            await _sending.WaitAsync(CancellationToken.None);
            try
            {
                // Only the end of the socket ends a send that has begun: half a message would spoil what follows.
                cancellationToken.ThrowIfCancellationRequested();
                await socket.SendAsync(message, type, endOfMessage: true, CancellationToken.None);
                return true;
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception lost) when (IsLoss(lost) && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Sends a last message, which clients print before they leave, and closes.</summary>
    /// <param name="last">The message.</param>
    /// <param name="status">The close code.</param>
    public async Task CloseAsync(ReadOnlyMemory<byte> last, WebSocketCloseStatus status)
    {
        await BeginCloseAsync();
        if (await TrySendAsync(last, CancellationToken.None))
            await SendCloseAsync(status);
    }

    /// <summary>Closes without a word.</summary>
    /// <param name="status">The close code.</param>
    public async Task CloseAsync(WebSocketCloseStatus status)
    {
        await BeginCloseAsync();
        await SendCloseAsync(status);
    }

    /// <summary>Whoever does not read, or does not leave, is cut off.</summary>
    private Task BeginCloseAsync()
    {
        _cutOff ??= realTime.CreateTimer(static socket => ((WebSocket)socket!).Abort(), socket, CloseWithin, Timeout.InfiniteTimeSpan);
        return _closing.CancelAsync();
    }

    private async Task SendCloseAsync(WebSocketCloseStatus status)
    {
        try
        {
            await _sending.WaitAsync();
            try
            {
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                    await socket.CloseOutputAsync(status, statusDescription: null, CancellationToken.None);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            // The client was quicker.
        }
    }

    /// <summary>After a close: waits until the client leaves, whatever it still sends, so that it reads what was sent before.</summary>
    public async Task DrainAsync()
    {
        var buffer = new byte[FirstBufferBytes];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            // It has left.
        }
    }

    /// <summary>Cuts the connection: whatever waits for it fails.</summary>
    public void Abort()
    {
        _closing.Cancel();
        _cutOff?.Dispose();
        socket.Abort();
    }

    private static bool TryGrow(ref byte[] buffer)
    {
        if (buffer.Length > AgentMessage.MaxFrameBytes)
            return false;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, AgentMessage.MaxFrameBytes + 1));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        return true;
    }

    private static void Return(ref byte[]? buffer)
    {
        if (buffer is not null)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
    }

    private static bool IsLoss(Exception failure) =>
        failure is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException;
}
