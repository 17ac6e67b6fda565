using System.Collections.Concurrent;
using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Storage.DynamoDb;

public sealed class ChangeWatchTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly ItemKey Key = new("p", "s");

    private readonly ManualTimeProvider _timers = new();
    private readonly BlockingCollection<TaskCompletionSource<long>> _reads = [];
    private readonly ChangeWatch _watch;

    public ChangeWatchTests() => _watch = new ChangeWatch(
        (_, cancellationToken) =>
        {
            var read = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            _reads.Add(read, cancellationToken);
            return read.Task.WaitAsync(cancellationToken);
        },
        Interval,
        _timers);

    public async ValueTask DisposeAsync() => await _watch.DisposeAsync();

    [Fact]
    public async Task A_write_of_another_host_is_seen_when_the_interval_is_over()
    {
        var waiting = _watch.WaitAsync(Key, knownVersion: 1, CancellationToken.None);
        NextRead().SetResult(1);

        _timers.Advance(Interval);
        NextRead().SetResult(2);

        await waiting.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Waiters_of_a_key_share_its_reads()
    {
        var first = _watch.WaitAsync(Key, knownVersion: 1, CancellationToken.None);
        var read = NextRead();
        var others = Enumerable.Range(0, 31).Select(_ => _watch.WaitAsync(Key, knownVersion: 1, CancellationToken.None)).ToList();
        read.SetResult(1);
        NextRead().SetResult(1);

        _timers.Advance(Interval);
        NextRead().SetResult(2);

        await Task.WhenAll([first, .. others]).WaitAsync(Deadline);
        Assert.Empty(_reads);
    }

    [Fact]
    public async Task A_read_that_began_before_a_waiter_came_does_not_wake_it()
    {
        var knowsOld = _watch.WaitAsync(Key, knownVersion: 1, CancellationToken.None);
        var oldRead = NextRead();
        var knowsNew = _watch.WaitAsync(Key, knownVersion: 3, CancellationToken.None);

        oldRead.SetResult(2);
        await knowsOld.WaitAsync(Deadline);
        var newRead = NextRead();
        Assert.False(knowsNew.IsCompleted);

        newRead.SetResult(4);
        await knowsNew.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_read_that_fails_ends_the_waiting()
    {
        var waiting = _watch.WaitAsync(Key, knownVersion: 1, CancellationToken.None);

        NextRead().SetException(new StoreUnavailableException("no answer"));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Nothing_is_read_when_nobody_waits()
    {
        using var giveUp = new CancellationTokenSource();
        var waiting = _watch.WaitAsync(Key, knownVersion: 1, giveUp.Token);
        NextRead().SetResult(1);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        // The reader stops its timer when it has seen that the last waiter is gone.
        Assert.True(SpinWait.SpinUntil(() => _timers.Timers == 0, Deadline));
        _watch.Signal(Key);
        _timers.Advance(Interval);
        Assert.Empty(_reads);
    }

    [Fact]
    public async Task Waiting_ends_with_the_table()
    {
        var waiting = _watch.WaitAsync(Key, knownVersion: 1, CancellationToken.None);
        NextRead();

        await _watch.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(Deadline));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _watch.WaitAsync(Key, knownVersion: 1, CancellationToken.None));
    }

    private TaskCompletionSource<long> NextRead()
    {
        Assert.True(_reads.TryTake(out var read, Deadline), "Nobody reads.");
        return read;
    }
}
