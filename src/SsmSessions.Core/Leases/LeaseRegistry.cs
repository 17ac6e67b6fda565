using SsmSessions.Core.Identity;
using SsmSessions.Core.Leases.Log;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Leases;

/// <summary>
/// Consul's sessions, keys and catalog, shared by all hosts on the table: a log of commands that every host carries out alike, in memory.
/// One host at a time appends to it, many commands at once. Where the table is shared, a read first looks how long the log is, many reads at once.
/// </summary>
public sealed class LeaseRegistry : IAsyncDisposable
{
    /// <summary>The tenant whose nodes Consul's datacenter <c>dc1</c> shows.</summary>
    public static readonly Tenant Tenant = new(Identity.Tenant.DefaultAccount, "us-east-1");

    /// <summary>The partition of the table where all of it is kept. It has a reset of its own.</summary>
    public static string Partition => LeaseLog.PartitionOf(Tenant);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly LeaseWatches _watches = new();
    private readonly ITable _table;
    private readonly TimeProvider _realTime;
    private readonly LeaseLog _log;
    private readonly LeaseReplica _replica;
    private readonly LeaseWorker _worker;
    private readonly LeaseExpiry _expiry;
    private readonly Action<Exception> _failed;
    private Task _running = Task.CompletedTask;

    /// <summary>Leases on a table. They are there once it is open.</summary>
    /// <param name="table">The table.</param>
    /// <param name="time">The service's clock: lock delays and times to live follow it.</param>
    /// <param name="realTime">The clock of waiting.</param>
    /// <param name="failed">Told what went wrong where nobody waits for an answer; it is tried again.</param>
    public LeaseRegistry(ITable table, TimeProvider time, TimeProvider realTime, Action<Exception>? failed = null)
    {
        (_table, _realTime, _failed) = (table, realTime, failed ?? (_ => { }));
        _log = new LeaseLog(table, Tenant);
        _replica = new LeaseReplica(_log, time, OnChanged);
        _worker = new LeaseWorker(_replica, _log, table.IsShared, realTime, _failed);
        _expiry = new LeaseExpiry(this, _log, table, time, realTime, _failed);
    }

    /// <summary>What this host knows at this moment. Another host may be ahead.</summary>
    public LeaseState Known => _replica.State;

    /// <summary>Reads what the table has and begins to work. Called once, when the table is open.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    /// <exception cref="StoreUnusableException">A newer version of this service wrote the log.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _replica.CatchUpAsync(cancellationToken);
        _running = Task.WhenAll(_worker.RunAsync(_stop.Token), _expiry.RunAsync(_stop.Token), FollowAsync());
    }

    /// <summary>The state with every command in it that was answered before this call, by any host.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public ValueTask<LeaseState> ReadAsync(CancellationToken cancellationToken) =>
        _table.IsShared ? new(CatchUpAsync(cancellationToken)) : new(_replica.State);

    /// <summary>Forgets everything, on every host.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        await _log.ResetAsync(cancellationToken);
        await CatchUpAsync(cancellationToken);
    }

    /// <summary>Carries out a command. What it did is durable, and known to every later read on any host.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer; whether the command was carried out is not known.</exception>
    public Task<LeaseOutcome> ApplyAsync(LeaseCommand command, CancellationToken cancellationToken) =>
        _worker.ApplyAsync(new LeaseProposal(command)).WaitAsync(cancellationToken);

    /// <summary>Starts the lease's time to live anew; a lease without one lives on. False when there is no such lease.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public Task<bool> RenewAsync(string id, CancellationToken cancellationToken) => _expiry.RenewAsync(id, cancellationToken);

    /// <summary>Waits for one of these to change. Watch first, read the state then, await last: no change is missed. Dispose it in any case.</summary>
    public LeaseWatch Watch(params ReadOnlySpan<LeaseTopic> topics) => _watches.Add(topics);

    /// <summary>Looks at the table, also where nobody else should have written.</summary>
    private Task<LeaseState> CatchUpAsync(CancellationToken cancellationToken) => _worker.CatchUpAsync().WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    /// <summary>Carries out a command on condition of a write that goes with it; where the condition does not hold it is not done.</summary>
    internal Task<LeaseOutcome> ApplyGuardedAsync(LeaseCommand command, TableWrite? guard) => _worker.ApplyAsync(new LeaseProposal(command, guard));

    private void OnChanged(LeaseState state, IReadOnlyList<LeaseTopic>? touched)
    {
        _expiry.Learn(state, touched);
        if (touched is null)
            _watches.WakeAll();
        else
            _watches.Wake(touched);
    }

    /// <summary>Learns what other hosts do without being asked, so that those who wait here are woken.</summary>
    private async Task FollowAsync()
    {
        while (_table.IsShared && !_stop.IsCancellationRequested)
        {
            try
            {
                await _table.WaitForChangeAsync(_log.HeadKey, _replica.HeadVersion, _stop.Token);
                await CatchUpAsync(_stop.Token);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                _failed(failure);
                await Task.Delay(RetryAfter, _realTime, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
