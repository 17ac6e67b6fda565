using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SsmSessions.Fuzzing.Doors;

namespace SsmSessions.Fuzzing.Wire;

/// <summary>A websocket whose client sends any bytes it likes, and reads what the server sends to the end.</summary>
internal sealed class RawWebSocket : IAsyncDisposable
{
    private const int FirstBytes = 4 * 1024;

    private readonly Socket _socket;
    private readonly Action<int, ReadOnlyMemory<byte>> _received;
    // Not disposed: an acknowledgement may still be about to be sent.
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Task _reading;
    private TaskCompletionSource _pong = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _buffer = new byte[FirstBytes];
    private int _length;

    private RawWebSocket(Socket socket, ReadOnlySpan<byte> early, Action<int, ReadOnlyMemory<byte>> received)
    {
        _socket = socket;
        _received = received;
        early.CopyTo(_buffer);
        _length = early.Length;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>The code that the server closed with, once it did.</summary>
    public int? CloseStatus { get; private set; }

    /// <summary>True when nothing more comes.</summary>
    public bool IsOver => _reading.IsCompleted || CloseStatus is not null;

    /// <summary>Opens one; null when the server does not let it in.</summary>
    /// <param name="server">Where.</param>
    /// <param name="target">The path and query of the request.</param>
    /// <param name="received">Gets each message of the server: its opcode and payload.</param>
    /// <param name="late">When it is given up.</param>
    public static async Task<RawWebSocket?> ConnectAsync(IPEndPoint server, string target, Action<int, ReadOnlyMemory<byte>> received, CancellationToken late)
    {
        var socket = await LoneBytes.DialAsync(server, late);
        try
        {
            var request = $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            await LoneBytes.SendAllAsync(socket, Encoding.UTF8.GetBytes(request), late);
            var first = new byte[FirstBytes];
            var (head, length) = await ReadHeadAsync(socket, first, late);
            if (head > 0 && first.AsSpan().StartsWith("HTTP/1.1 101 "u8))
                return new RawWebSocket(socket, first.AsSpan(head, length - head), received);
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends bytes; does nothing when the server has gone.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken late)
    {
        await _sending.WaitAsync(late);
        try
        {
            await LoneBytes.SendAllAsync(_socket, bytes, late);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The server has gone, which the reading end sees; or this client has.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Waits until the server has dealt with all that was sent, or closes. For this it is pinged.</summary>
    public async Task SettleAsync(CancellationToken late)
    {
        _pong = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(SocketFrames.Frame(SocketFrames.Ping, "?"u8), late);
        await Task.WhenAny(_pong.Task, _reading).WaitAsync(late);
    }

    /// <summary>Says that no more comes, and waits until the server closes too.</summary>
    public async Task ShutAsync(CancellationToken late)
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server has gone.
        }

        await _reading.WaitAsync(late);
    }

    /// <summary>Closes as the protocol says, and waits until the server does.</summary>
    public async Task CloseAsync(CancellationToken late)
    {
        await SendAsync(SocketFrames.Frame(SocketFrames.Close, [0x03, 0xE8]), late);
        await _reading.WaitAsync(late);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Where frames begin behind the head, and how much there is of both; 0 where the server closes before.</summary>
    private static async Task<(int Head, int Length)> ReadHeadAsync(Socket socket, byte[] first, CancellationToken late)
    {
        var length = 0;
        while (length < first.Length && await socket.ReceiveAsync(first.AsMemory(length), late) is > 0 and var received)
        {
            length += received;
            if (first.AsSpan(0, length).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
                return (end + 4, length);
        }

        return (0, length);
    }

    private async Task ReadAsync()
    {
        try
        {
            do
            {
                while (TryTake(out var opcode, out var payload))
                    Take(opcode, payload);
            }
            while (await ReceiveAsync());
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Cut off, or let go.
        }
    }

    private async Task<bool> ReceiveAsync()
    {
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_length));
        _length += received;
        return received > 0;
    }

    private bool TryTake(out int opcode, out byte[] payload)
    {
        (opcode, payload) = (0, []);
        if (_length < 2)
            return false;
        if ((_buffer[0] & 0x70) != 0 || (_buffer[1] & 0x80) != 0)
            throw new FuzzFailure("The server's frame has bits that nobody asked for.");
        long length = _buffer[1];
        var start = length == 126 ? 4 : length == 127 ? 10 : 2;
        if (_length < start)
            return false;
        length = start == 4 ? BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(2)) : start == 10 ? BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(2)) : length;
        var end = start + (int)length;
        if (_length < end)
            return false;
        opcode = _buffer[0] & 0x0F;
        payload = _buffer.AsSpan(start, (int)length).ToArray();
        _buffer.AsSpan(end, _length - end).CopyTo(_buffer);
        _length -= end;
        return true;
    }

    private void Take(int opcode, byte[] payload)
    {
        switch (opcode)
        {
            case SocketFrames.Pong:
                if (payload.AsSpan().SequenceEqual("?"u8))
                    _pong.TrySetResult();
                break;
            case SocketFrames.Close:
                CloseStatus = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005;
                _pong.TrySetResult();
                break;
            default:
                _received(opcode, payload);
                break;
        }
    }
}
