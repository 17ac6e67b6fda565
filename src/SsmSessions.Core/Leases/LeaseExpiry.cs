using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Core.Leases.Log;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Leases;

/// <summary>
/// Ends leases that are not renewed, at twice their time to live (spec/consul-sessions.md §4.2). The timers are in memory: a host begins anew
/// with a lease when it learns of it, so that a restart is no reason to end one. Renewal is no command and writes nothing, but on a shared table it writes
/// an item beside the log, and who ends the lease does it on condition that the item is as he read it.
/// </summary>
internal sealed class LeaseExpiry(
    LeaseRegistry registry, LeaseLog log, ITable table, TimeProvider time, TimeProvider realTime, Action<Exception> failed)
{
    private const int MostAtOnce = 1_000;

    /// <summary>How long an item of renewal outlives its lease.</summary>
    private static readonly TimeSpan RenewalsKept = TimeSpan.FromHours(1);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly SteadyClock _clock = new(time);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LeaseTimer> _timers = new(StringComparer.Ordinal);

    /// <summary>What is due when. A timer that was put off stands here more than once; the earlier ones are looked at and dropped.</summary>
    private readonly PriorityQueue<LeaseTimer, DateTimeOffset> _due = new();

    /// <summary>Learns which leases there are.</summary>
    /// <param name="state">The state.</param>
    /// <param name="touched">What changed; null is everything.</param>
    public void Learn(LeaseState state, IReadOnlyList<LeaseTopic>? touched)
    {
        lock (_lock)
        {
            if (touched is not null)
            {
                foreach (var topic in touched)
                {
                    if (topic.Kind == LeaseTopicKind.Lease)
                        Learn(topic.Name, state.FindLease(topic.Name));
                }

                return;
            }

            foreach (var id in _timers.Keys.Where(id => !state.Leases.ContainsKey(id)).ToArray())
                _timers.Remove(id);
            foreach (var lease in state.Leases.Values)
                Learn(lease.Id, lease);
        }
    }

    /// <inheritdoc cref="LeaseRegistry.RenewAsync"/>
    public async Task<bool> RenewAsync(string id, CancellationToken cancellationToken)
    {
        while ((await registry.ReadAsync(cancellationToken)).FindLease(id) is { } lease)
        {
            if (lease.Ttl == TimeSpan.Zero || await TryRenewAsync(lease, cancellationToken))
                return true;
        }

        return false;
    }

    /// <summary>Ends what is due, until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(LookInterval, realTime);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                await Task.WhenAll(TakeDue().Select(due => EndAsync(due, stop)));
        }
        catch (OperationCanceledException)
        {
            // It stops.
        }
    }

    private void Learn(string id, Lease? lease)
    {
        if (lease is null || lease.Ttl == TimeSpan.Zero)
            _timers.Remove(id);
        else if (!_timers.ContainsKey(id))
            Arm(_timers[id] = new LeaseTimer(id, lease.Ttl), _clock.Now + (2 * lease.Ttl));
    }

    private void Arm(LeaseTimer timer, DateTimeOffset due)
    {
        timer.Due = due;
        if (timer.QueuedAt <= due)
            return;
        timer.QueuedAt = due;
        _due.Enqueue(timer, due);
    }

    /// <summary>Leases that have ended stand in the queue until they would be due: when they are the most, it is made anew.</summary>
    private void Tidy()
    {
        if (_due.Count <= (2 * _timers.Count) + MostAtOnce)
            return;
        _due.Clear();
        foreach (var timer in _timers.Values.Where(timer => timer.QueuedAt is not null))
            _due.Enqueue(timer, (timer.QueuedAt = timer.Due).Value);
    }

    private List<LeaseTimer> TakeDue()
    {
        var now = _clock.Now;
        var taken = new List<LeaseTimer>();
        lock (_lock)
        {
            Tidy();
            while (taken.Count < MostAtOnce && _due.TryPeek(out var timer, out var at) && at <= now)
            {
                _due.Dequeue();
                if (timer.QueuedAt != at || !ReferenceEquals(_timers.GetValueOrDefault(timer.Id), timer))
                    continue;
                timer.QueuedAt = null;
                if (timer.Due > now)
                {
                    Arm(timer, timer.Due);
                    continue;
                }

                timer.Ending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                taken.Add(timer);
            }
        }

        return taken;
    }

    /// <summary>Ends a lease that is due, unless another host knows of a renewal.</summary>
    private async Task EndAsync(LeaseTimer timer, CancellationToken stop)
    {
        var again = _clock.Now + RetryAfter;
        try
        {
            var guard = table.IsShared ? await GuardAsync(timer, stop) : null;
            if (table.IsShared && guard is null)
                again = timer.Due;
            else
                await registry.ApplyGuardedAsync(new EndLease(timer.Id), guard).WaitAsync(stop);
        }
        catch (Exception failure)
        {
            // It is tried again, unless the host stops.
            if (!stop.IsCancellationRequested)
                failed(failure);
        }
        finally
        {
            lock (_lock)
            {
                timer.Ending?.SetResult();
                timer.Ending = null;
                // Ended leases are forgotten by now: whoever carried out the command said so.
                Arm(timer, again);
            }
        }
    }

    /// <summary>The write that keeps the lease from being renewed any more; null when it was renewed elsewhere, and is due later.</summary>
    private async Task<TableWrite?> GuardAsync(LeaseTimer timer, CancellationToken stop)
    {
        var item = await table.GetAsync(log.RenewalKey(timer.Id), consistent: true, stop);
        var now = _clock.Now;
        if (item is not null && item.Version != timer.RenewalVersion && !Read(item).IsEnded)
        {
            // When, another host's clock says, and clocks differ: so the whole time begins anew. The host that renewed it last ends it in time.
            timer.RenewalVersion = item.Version;
            lock (_lock)
                timer.Due = now + (2 * timer.Ttl);
            return null;
        }

        return TableWrite.Put(ItemOf(timer.Id, new Renewal(now, IsEnded: true), (item?.Version ?? 0) + 1), Attempts.IsStill(item));
    }

    private async Task<bool> TryRenewAsync(Lease lease, CancellationToken cancellationToken)
    {
        LeaseTimer? timer;
        Task? ending;
        var due = _clock.Now + (2 * lease.Ttl);
        lock (_lock)
        {
            timer = _timers.GetValueOrDefault(lease.Id);
            ending = timer?.Ending?.Task;
            if (timer is not null && ending is null && !table.IsShared)
                Arm(timer, due);
        }

        // It was ended since the state was read, or is being ended: the state will tell.
        if (timer is null)
            return false;
        if (ending is not null)
        {
            await ending.WaitAsync(cancellationToken);
            return false;
        }

        if (table.IsShared && !await TryWriteAsync(timer, due, cancellationToken))
            return false;
        lock (_lock)
            Arm(timer, due);
        return true;
    }

    /// <summary>Tells the other hosts of a renewal. False when one of them has ended the lease.</summary>
    private async Task<bool> TryWriteAsync(LeaseTimer timer, DateTimeOffset due, CancellationToken cancellationToken)
    {
        while (true)
        {
            var version = timer.RenewalVersion;
            var write = TableWrite.Put(
                ItemOf(timer.Id, new Renewal(due, IsEnded: false), version + 1), version == 0 ? Precondition.Absent : Precondition.VersionIs(version));
            if (await table.WriteAsync(write, cancellationToken))
            {
                timer.RenewalVersion = version + 1;
                return true;
            }

            var item = await table.GetAsync(log.RenewalKey(timer.Id), consistent: true, cancellationToken);
            if (item is not null && Read(item).IsEnded)
                return false;
            timer.RenewalVersion = item?.Version ?? 0;
        }
    }

    private Item ItemOf(string id, Renewal renewal, long version) =>
        new(log.RenewalKey(id), JsonSerializer.SerializeToUtf8Bytes(renewal, RenewalJson.Default.Renewal))
        {
            Version = version,
            // By the table's clock, which may have jumped.
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + (renewal.Due - _clock.Now) + RenewalsKept).ToUnixTimeSeconds()),
        };

    private static Renewal Read(Item item) =>
        JsonSerializer.Deserialize(item.Body.Span, RenewalJson.Default.Renewal) ?? throw new InvalidDataException("a renewal has no body");

    /// <summary>When a lease is due.</summary>
    private sealed class LeaseTimer(string id, TimeSpan ttl)
    {
        public string Id => id;

        public TimeSpan Ttl => ttl;

        public DateTimeOffset Due { get; set; }

        /// <summary>Where it stands in the queue, be it earlier than it is due; null while it does not.</summary>
        public DateTimeOffset? QueuedAt { get; set; }

        /// <summary>Completes when the attempt to end it is over; null while there is none.</summary>
        public TaskCompletionSource? Ending { get; set; }

        /// <summary>The version of the item of renewal as this host last saw it; 0 for none.</summary>
        public long RenewalVersion { get; set; }
    }
}

/// <summary>What hosts tell each other of a lease's time to live.</summary>
/// <param name="Due">When it ends.</param>
/// <param name="IsEnded">It has ended, and cannot be renewed.</param>
internal sealed record Renewal(DateTimeOffset Due, bool IsEnded);

[JsonSerializable(typeof(Renewal))]
internal sealed partial class RenewalJson : JsonSerializerContext;
