using System.Net;
using System.Net.Sockets;

namespace SsmSessions.Testing;

/// <summary>A TCP relay on a loopback port, whose connections a test cuts: at once, or in the middle of what it relays.</summary>
public sealed class CuttableProxy : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _open = [];
    private readonly HashSet<Task> _relays = [];
    private readonly Task _accepting;
    private TaskCompletionSource _gate = Opened();
    private TaskCompletionSource? _cut;
    private long _cutAt = long.MaxValue;
    private volatile bool _losesUp;
    private volatile bool _resets;
    private long _up;
    private long _down;

    /// <summary>Begins to listen. <see cref="Target"/> must be known when the first connection comes.</summary>
    public CuttableProxy()
    {
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Where connections lead.</summary>
    public Uri? Target { get; set; }

    /// <summary>Bytes relayed from clients to the target.</summary>
    public long BytesUp => Interlocked.Read(ref _up);

    /// <summary>Bytes relayed from the target to clients.</summary>
    public long BytesDown => Interlocked.Read(ref _down);

    /// <summary>Resets all connections: what is under way is lost, and whoever sends sees it fail. New ones are relayed.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (var socket in _open)
                Reset(socket);
            _open.Clear();
        }
    }

    /// <summary>New connections get no further than here until <see cref="Release"/>.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends <see cref="Hold"/>.</summary>
    public void Release() => _gate.TrySetResult();

    /// <summary>
    /// Cuts when exactly so many more bytes have gone to clients, be it in the middle of a message. The client sees the end of the stream, and
    /// does not notice that what it still sends is lost; or it sees a reset, and cannot send.
    /// </summary>
    /// <param name="bytesDown">After how many.</param>
    /// <param name="losesUp">Whether what clients send is lost already from now on.</param>
    /// <param name="resets">Whether the client sees a reset.</param>
    /// <returns>Completes when it did.</returns>
    public Task CutAfterAsync(long bytesDown, bool losesUp = false, bool resets = false)
    {
        lock (_lock)
        {
            _cutAt = _down + bytesDown;
            _cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _losesUp = losesUp;
            _resets = resets;
            return _cut.Task;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        Release();
        Cut();
        Task[] relays;
        lock (_lock)
            relays = [.. _relays];
        await Task.WhenAll(relays);
    }

    private async Task AcceptAsync()
    {
        await foreach (var client in _listener.AcceptAllAsync())
        {
            var relay = RelayAsync(client);
            lock (_lock)
                _relays.Add(relay);
            _ = relay.ContinueWith(Forget, TaskScheduler.Default);
        }
    }

    private void Forget(Task relay)
    {
        lock (_lock)
            _relays.Remove(relay);
    }

    private async Task RelayAsync(Socket client)
    {
        var target = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_lock)
        {
            _open.Add(client);
            _open.Add(target);
        }

        try
        {
            await _gate.Task;
            await target.ConnectAsync(Target!.Host, Target.Port);
            var (up, down) = (UpAsync(client, target), DownAsync(target, client));
            if ((await Task.WhenAny(up, down)).IsFaulted)
                Close();
            await Task.WhenAll(up, down);
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
            // Cut, or one side has gone: the other one goes too.
        }
        finally
        {
            Close();
        }

        void Close()
        {
            lock (_lock)
            {
                _open.Remove(client);
                _open.Remove(target);
            }

            client.Dispose();
            target.Dispose();
        }
    }

    private async Task UpAsync(Socket client, Socket target)
    {
        var buffer = new byte[BufferBytes];
        while (await client.ReceiveAsync(buffer) is > 0 and var length)
        {
            if (_losesUp)
                continue;
            try
            {
                await SendAsync(target, buffer.AsMemory(0, length));
                Interlocked.Add(ref _up, length);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // Lost without a word, until the client sees the end of what it reads.
            }
        }

        Shut(target);
    }

    private async Task DownAsync(Socket target, Socket client)
    {
        var buffer = new byte[BufferBytes];
        while (await target.ReceiveAsync(buffer) is > 0 and var length)
        {
            var (relayed, cut) = Count(length);
            await SendAsync(client, buffer.AsMemory(0, relayed));
            if (cut is null)
                continue;
            Reset(target);
            _losesUp = false;
            if (_resets)
                Reset(client);
            else
                Shut(client);
            cut.SetResult();
            return;
        }

        Shut(client);
    }

    /// <summary>How many of these bytes still go, and who waits for the cut behind them.</summary>
    private (int Relayed, TaskCompletionSource? Cut) Count(int length)
    {
        lock (_lock)
        {
            if (_down + length < _cutAt)
            {
                _down += length;
                return (length, null);
            }

            var (relayed, cut) = ((int)(_cutAt - _down), _cut);
            (_down, _cutAt, _cut) = (_cutAt, long.MaxValue, null);
            return (relayed, cut);
        }
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        for (; !bytes.IsEmpty; bytes = bytes[await socket.SendAsync(bytes)..])
        {
        }
    }

    private static void Shut(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }

    /// <summary>Without a farewell: what is under way is lost.</summary>
    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }
}
