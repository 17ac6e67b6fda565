using SsmSessions.Channel;
using SsmSessions.Node.Plans;

namespace SsmSessions.Node.Ports;

/// <summary>One connection to the target at a time: a plain stream, or basic forwarding, which connects again when the client does
/// (spec/ssm-data-channel.md §10.1, §10.2).</summary>
internal sealed class TargetRunner(NodeSession session, TargetDialer dialer, bool isForwarding) : ISessionRunner
{
    /// <summary>Connections that are being finished behind the client's back, each with what it still has to write.</summary>
    private const int MostFinishing = 4;
    private static readonly TimeSpan FinishWithin = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private volatile Connection? _current;
    private Task _all = Task.CompletedTask;
    private int _connections;

    public ValueTask OpenAsync() => default;

    public void Start()
    {
        // A client that waits for its own local connection discards what it gets.
        session.Channel.PeerMayDiscard = isForwarding;
        Connect();
    }

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (type == PayloadType.Output)
        {
            session.Channel.PeerMayDiscard = false;
            if (_current is null && Volatile.Read(ref _connections) > MostFinishing)
                return false;
            return (_current ?? Connect()).Writer.TryWrite(payload);
        }

        if (isForwarding && type == PayloadType.Flag && ChannelFlags.TryRead(payload, out var flag) && flag == ChannelFlag.DisconnectToPort)
            Disconnect();
        return true;
    }

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => _current?.Writer.WaitForRoomAsync(cancellationToken) ?? default;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task all;
        lock (_lock)
            all = _all;
        await all;
    }

    private Connection Connect()
    {
        var connection = new Connection(_stop.Token);
        lock (_lock)
        {
            _current = connection;
            Interlocked.Increment(ref _connections);
            var run = RunAsync(connection);
            _all = _all.IsCompleted ? run : Task.WhenAll(_all, run);
        }

        return connection;
    }

    /// <summary>The client's local connection closed: what it sent still goes to the target, what the target sends has nobody to go to.</summary>
    private void Disconnect()
    {
        var connection = _current;
        _current = null;
        session.Channel.PeerMayDiscard = true;
        if (connection is not null)
            _ = connection.FinishAsync(FinishWithin, session.RealTime);
    }

    private async Task RunAsync(Connection connection)
    {
        await Task.Yield();
        try
        {
            await ConnectAsync(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task ConnectAsync(Connection connection)
    {
        await using (connection)
        {
            try
            {
                using var target = await dialer.DialAsync(connection.Stopped);
                connection.Writer.Connect(target);
                await TargetReader.CopyAsync(
                    target,
                    session.Channel.Rent,
                    buffer => buffer.Payload,
                    (buffer, length, cancellationToken) => SendAsync(connection, buffer, length, cancellationToken),
                    connection.Stopped);
                OnTargetClosed(connection);
            }
            catch (DialException failure)
            {
                session.Fail(new SessionFailedException("Unable to connect to specified port: " + failure.Message, failure));
            }
            catch (IOException)
            {
                OnTargetClosed(connection);
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                // The client closed the connection, or the session is over.
            }
            catch (Exception failure)
            {
                session.Fail(failure);
            }
        }
    }

    private ValueTask SendAsync(Connection connection, MessageBuffer buffer, int length, CancellationToken cancellationToken)
    {
        if (connection == _current)
            return session.Channel.SendAsync(buffer, length, PayloadType.Output, cancellationToken);
        buffer.Dispose();
        return default;
    }

    /// <summary>Ends a plain stream. Basic forwarding connects again with the next input.</summary>
    private void OnTargetClosed(Connection connection)
    {
        if (!isForwarding)
            session.Complete();
        lock (_lock)
        {
            if (isForwarding && _current == connection)
                _current = null;
        }
    }

    /// <summary>A connection, from the wish for it to its end.</summary>
    private sealed class Connection : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop;

        public Connection(CancellationToken sessionStopped)
        {
            _stop = CancellationTokenSource.CreateLinkedTokenSource(sessionStopped);
            Stopped = _stop.Token;
        }

        public TargetWriter Writer { get; } = new();

        public CancellationToken Stopped { get; }

        /// <summary>Ends it when all input is with the target, or the target does not take it in time.</summary>
        public async Task FinishAsync(TimeSpan within, TimeProvider realTime)
        {
            await Writer.FinishAsync().WaitAsync(within, realTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await _stop.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It has ended meanwhile.
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Writer.DisposeAsync();
            _stop.Dispose();
        }
    }
}
