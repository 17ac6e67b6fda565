using System.Net.Sockets;

namespace SsmSessions.Node.Ports;

/// <summary>What is sent to a target: at once where its socket takes it, else when it does. What waits is bounded.</summary>
internal sealed class TargetWriter : IAsyncDisposable
{
    /// <summary>From here on no more should come, bytes.</summary>
    public const int FullBytes = 4 * 1024 * 1024;

    /// <summary>From here on nothing more is taken: input may go beyond <see cref="FullBytes"/> while acknowledgements must be read that
    /// come behind it.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly ByteQueue _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private Socket? _socket;
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private bool _isFinishing;
    private bool _isClosed;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _written;

    /// <summary>Takes input. False, and nothing taken, when too much waits. What comes after the end is dropped.</summary>
    public bool TryWrite(ReadOnlySpan<byte> input)
    {
        lock (_lock)
        {
            if (_isClosed || _isFinishing)
                return true;
            if (_waiting.Count > MaxBytes)
                return false;
            _waiting.Add(input);
        }

        Write();
        return true;
    }

    /// <summary>Completes when less than <see cref="FullBytes"/> wait.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_isClosed || _waiting.Count < FullBytes)
                return default;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>The target is there.</summary>
    public void Connect(Socket socket)
    {
        lock (_lock)
            _socket = socket;
        Write();
    }

    /// <summary>Completes when all input is with the target; no more is taken.</summary>
    public Task FinishAsync()
    {
        lock (_lock)
        {
            _isFinishing = true;
            if (_isClosed || _waiting.Count == 0)
                return Task.CompletedTask;
            _written ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _written.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task writing;
        lock (_lock)
        {
            _isClosed = true;
            writing = _writing;
        }

        await _stop.CancelAsync();
        await writing;
        Close();
        _stop.Dispose();
    }

    private void Write()
    {
        lock (_lock)
        {
            if (_isWriting || _isClosed || _socket is null || _waiting.Count == 0)
                return;
            _isWriting = true;
            _writing = WriteAsync(_socket);
        }
    }

    private async Task WriteAsync(Socket socket)
    {
        try
        {
            while (TryPeek(out var next))
                Advance(await socket.SendAsync(next, SocketFlags.None, _stop.Token));
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The target takes no more: whoever reads from it notices too.
            Close();
        }
    }

    private bool TryPeek(out ReadOnlyMemory<byte> next)
    {
        lock (_lock)
        {
            next = _waiting.Peek();
            _isWriting = next.Length > 0;
            if (!_isWriting)
                _written?.TrySetResult();
            return _isWriting;
        }
    }

    private void Advance(int count)
    {
        lock (_lock)
        {
            _waiting.Advance(count);
            if (_waiting.Count < FullBytes)
            {
                _room?.TrySetResult();
                _room = null;
            }
        }
    }

    private void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _waiting.Clear();
            _room?.TrySetResult();
            _written?.TrySetResult();
        }
    }
}
