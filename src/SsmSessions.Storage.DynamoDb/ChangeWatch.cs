using System.Threading.Channels;
using SsmSessions.Core.Store;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>
/// Waits for items to change. Each key that somebody waits for has one reader, which reads the item's version when this process
/// wrote it, when a waiter comes, and when the interval is over (for the writes of other hosts).
/// </summary>
/// <param name="readVersion">Reads the version of an item, consistently; 0 when there is none.</param>
/// <param name="interval">How often to read while somebody waits.</param>
/// <param name="timers">Real time.</param>
internal sealed class ChangeWatch(Func<ItemKey, CancellationToken, Task<long>> readVersion, TimeSpan interval, TimeProvider timers)
    : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ItemKey, WatchedKey> _watched = [];
    private readonly CancellationTokenSource _stop = new();

    /// <inheritdoc cref="ITable.WaitForChangeAsync"/>
    public async Task WaitAsync(ItemKey key, long knownVersion, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(knownVersion);
        var watched = Enter(key, waiter);
        try
        {
            await waiter.Changed.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(key, watched, waiter);
        }
    }

    /// <summary>This process wrote the item.</summary>
    public void Signal(ItemKey key)
    {
        lock (_lock)
            _watched.GetValueOrDefault(key)?.Signal();
    }

    /// <summary>This process wrote any items.</summary>
    public void SignalAll()
    {
        lock (_lock)
        {
            foreach (var watched in _watched.Values)
                watched.Signal();
        }
    }

    /// <summary>Ends all waiting with <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] readers;
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
                return;
            _stop.Cancel();
            readers = [.. _watched.Values.Select(watched => watched.Reader)];
        }

        SignalAll();
        await Task.WhenAll(readers);
        _stop.Dispose();
    }

    private WatchedKey Enter(ItemKey key, Waiter waiter)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            if (!_watched.TryGetValue(key, out var watched))
            {
                _watched[key] = watched = new WatchedKey();
                watched.Reader = Task.Run(() => ReadAsync(key, watched));
            }

            watched.Waiters.Add(waiter);
            watched.Signal();
            return watched;
        }
    }

    private void Leave(ItemKey key, WatchedKey watched, Waiter waiter)
    {
        lock (_lock)
        {
            watched.Waiters.Remove(waiter);
            if (watched.Waiters.Count > 0)
                return;
            _watched.Remove(key);
            watched.End();
        }
    }

    private async Task ReadAsync(ItemKey key, WatchedKey watched)
    {
        await using var timer = timers.CreateTimer(_ => watched.Signal(), state: null, interval, interval);
        while (await watched.NextAsync())
        {
            // A version that was read before a waiter came may be older than the one it knows: it waits for the next reading.
            Waiter[] waiters;
            lock (_lock)
                waiters = [.. watched.Waiters];
            if (waiters.Length == 0)
                continue;
            try
            {
                var version = await readVersion(key, _stop.Token);
                foreach (var waiter in waiters.Where(waiter => waiter.KnownVersion != version))
                    waiter.Changed.TrySetResult();
            }
            catch (Exception failure)
            {
                var reason = _stop.IsCancellationRequested ? new ObjectDisposedException(nameof(DynamoDbTable)) : failure;
                foreach (var waiter in waiters)
                    waiter.Changed.TrySetException(reason);
            }
        }
    }

    private sealed class Waiter(long knownVersion)
    {
        public long KnownVersion { get; } = knownVersion;

        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class WatchedKey
    {
        private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        public List<Waiter> Waiters { get; } = [];

        public Task Reader { get; set; } = Task.CompletedTask;

        public void Signal() => _signal.Writer.TryWrite(true);

        public void End() => _signal.Writer.TryComplete();

        /// <summary>Waits for a signal; false at the end.</summary>
        public async Task<bool> NextAsync() => await _signal.Reader.WaitToReadAsync() && _signal.Reader.TryRead(out _);
    }
}
