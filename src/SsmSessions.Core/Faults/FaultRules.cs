using System.Security.Cryptography;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Faults;

/// <summary>
/// The rules that say what goes wrong. They stand in the store; each host holds them in memory, and knows of a change at once where it made it
/// itself, within a second where another host did. While there is no rule, asking costs one read of a field.
/// </summary>
/// <remarks>Rules: partition <c>faults</c>, sort the id. Counts: partition <c>fault-counts</c>, sort the id. Changes are counted in the item
/// <c>faults-changed</c>/<c>faults-changed</c>.</remarks>
/// <param name="table">The table.</param>
/// <param name="host">This host's name.</param>
/// <param name="time">The service's clock, by which rules expire.</param>
/// <param name="realTime">The clock of waiting.</param>
public sealed class FaultRules(ITable table, string host, TimeProvider time, TimeProvider realTime) : IDisposable
{
    /// <summary>The partition of the count of changes. It survives a reset, so that hosts notice the reset.</summary>
    public const string ChangesPartition = "faults-changed";

    /// <summary>The most rules at a time, those that are over not counted.</summary>
    public const int MostRules = 100;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly ItemKey Changes = new(ChangesPartition, ChangesPartition);

    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly HashSet<string> _over = new(StringComparer.Ordinal);
    private volatile RunningFault[] _running = [];

    /// <summary>Called on this host with each rule that is new to it.</summary>
    public Action<Fault> Added { get; set; } = _ => { };

    /// <summary>True while there is any rule.</summary>
    public bool AreAny => _running.Length > 0;

    /// <summary>Sets a rule.</summary>
    /// <exception cref="FaultRefusedException">The rule makes no sense, or there are too many.</exception>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<Fault> AddAsync(FaultRule rule, CancellationToken cancellationToken = default)
    {
        if (rule.Problem() is { } problem)
            throw new FaultRefusedException(problem);
        if ((await ReadAsync(cancellationToken)).Count >= MostRules)
            await RemoveOverAsync(cancellationToken);
        if ((await ReadAsync(cancellationToken)).Count >= MostRules)
            throw new FaultRefusedException($"There are {MostRules} faults already: remove some.");
        var fault = new Fault(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), time.GetUtcNow(), rule);
        await table.WriteAsync(TableWrite.Put(fault.ToItem()), cancellationToken);
        await TellAsync(cancellationToken);
        return fault;
    }

    /// <summary>Every rule, in the order in which they were set.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<IReadOnlyList<FaultReport>> ListAsync(CancellationToken cancellationToken = default)
    {
        await CountAsync(cancellationToken);
        var now = time.GetUtcNow();
        var reports = new List<FaultReport>();
        foreach (var fault in await ReadAsync(cancellationToken))
        {
            var fired = (await table.GetAsync(CountOf(fault), consistent: true, cancellationToken))?.Version ?? 0;
            // Whoever met it when it was used up has counted, too.
            fired = Math.Min(fired, fault.Rule.Count ?? long.MaxValue);
            reports.Add(new FaultReport(fault, fired, fault.IsExpired(now) || fired == fault.Rule.Count));
        }

        return reports;
    }

    /// <summary>Removes a rule; false when there is none of this id.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken = default)
    {
        if (id.Length == 0 || await table.GetAsync(Fault.Key(id), consistent: true, cancellationToken) is null)
            return false;
        await RemoveAsync([id], cancellationToken);
        return true;
    }

    /// <summary>Removes every rule.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task RemoveAllAsync(CancellationToken cancellationToken = default) =>
        await RemoveAsync((await ReadItemsAsync(cancellationToken)).Select(item => item.Key.Sort), cancellationToken);

    /// <summary>Whoever cleared the table has removed every rule: the hosts are told.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public Task ClearedAsync(CancellationToken cancellationToken) => TellAsync(cancellationToken);

    /// <summary>The first rule that happens here and now, counted; null for none.</summary>
    /// <param name="wanted">The effects that could.</param>
    /// <param name="site">Where.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    public async ValueTask<FaultRule?> TakeAsync(Func<FaultEffect, bool> wanted, FaultSite site, CancellationToken cancellationToken)
    {
        foreach (var running in _running)
        {
            if (wanted(running.Fault.Rule.Effect!.Value) && await HappensAsync(running, site, cancellationToken))
                return running.Fault.Rule;
        }

        return null;
    }

    /// <summary>Whether a certain rule happens here and now, counted.</summary>
    public async ValueTask<bool> TakeAsync(Fault fault, FaultSite site, CancellationToken cancellationToken) =>
        _running.FirstOrDefault(running => running.Fault.Id == fault.Id) is { } found && await HappensAsync(found, site, cancellationToken);

    /// <summary>Whether a state is in force here and now.</summary>
    /// <param name="state">The state.</param>
    /// <param name="site">Where.</param>
    /// <param name="isCounted">Whether it is counted, or only looked at again.</param>
    public bool Holds(FaultEffect state, FaultSite site, bool isCounted = true)
    {
        foreach (var running in _running)
        {
            if (running.Fault.Rule.Effect == state && IsInForce(running, site))
            {
                if (isCounted)
                    running.Happened();
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a node that a host carries has lost its connection.</summary>
    public bool IsDisconnected(Tenant tenant, string target, string carriedBy) =>
        AreAny && Holds(FaultEffect.DisconnectNode, new FaultSite(FrontEnd.MessageGateway) { Target = target, Host = carriedBy }.In(tenant));

    /// <summary>Waits until nothing holds any longer.</summary>
    /// <param name="holds">Asks whether something does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WhileAsync(Func<bool> holds, CancellationToken cancellationToken)
    {
        while (holds())
            await Task.Delay(LookAgain, realTime, cancellationToken);
    }

    /// <summary>Reads the rules anew.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        List<Fault> added = [];
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var known = _running.ToDictionary(running => running.Fault.Id, StringComparer.Ordinal);
            var faults = await ReadAsync(cancellationToken);
            // What is over is not asked for any more: without another rule nothing pays for it.
            _over.UnionWith(known.Values.Where(running => running.IsUsedUp).Select(running => running.Fault.Id));
            _over.IntersectWith(faults.Select(fault => fault.Id));
            var now = time.GetUtcNow();
            faults = [.. faults.Where(fault => !_over.Contains(fault.Id) && !fault.IsExpired(now))];
            added.AddRange(faults.Where(fault => !known.ContainsKey(fault.Id)));
            await CountAsync(cancellationToken);
            _running = [.. faults.Select(fault => known.GetValueOrDefault(fault.Id) ?? new RunningFault(fault))];
        }
        finally
        {
            _refreshing.Release();
        }

        foreach (var fault in added)
            Added(fault);
    }

    /// <summary>Follows what other hosts set and remove, until it is told to stop.</summary>
    /// <param name="failed">Told when the store does not answer; the next round may succeed.</param>
    /// <param name="stoppingToken">Ends it.</param>
    public async Task FollowAsync(Action<Exception> failed, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var state = (await table.GetAsync(Changes, consistent: true, stoppingToken))?.Version ?? 0;
                await RefreshAsync(stoppingToken);
                await table.WaitForChangeAsync(Changes, state, LongestWait, realTime, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                failed(failure);
                await Task.Delay(TimeSpan.FromSeconds(1), realTime, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _refreshing.Dispose();

    private async ValueTask<bool> HappensAsync(RunningFault running, FaultSite site, CancellationToken cancellationToken)
    {
        if (!IsInForce(running, site) || !running.Meet())
            return false;
        if (running.Fault.Rule.Count is not { } count)
        {
            running.Happened();
            return true;
        }

        try
        {
            // All hosts count together, so that what is to happen once happens once; and it happens once it is counted.
            cancellationToken.ThrowIfCancellationRequested();
            var number = await table.IncrementAsync(CountOf(running.Fault), by: 1, CancellationToken.None);
            running.IsUsedUp = number >= count;
            return number <= count;
        }
        catch (StoreUnavailableException)
        {
            // A store that does not answer is trouble enough: messages need none, and go on.
            return false;
        }
    }

    private bool IsInForce(RunningFault running, FaultSite site) =>
        !running.IsUsedUp && !running.Fault.IsExpired(time.GetUtcNow()) && site.Matches(running.Fault.Rule, host);

    /// <summary>Tells the store how often rules without a count have happened here.</summary>
    private async Task CountAsync(CancellationToken cancellationToken)
    {
        foreach (var running in _running)
        {
            if (running.TakeUntold() is not (> 0 and var untold))
                continue;
            try
            {
                await table.IncrementAsync(CountOf(running.Fault), untold, cancellationToken);
            }
            catch (Exception)
            {
                running.PutBack(untold);
                throw;
            }
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        await table.IncrementAsync(Changes, by: 1, cancellationToken);
        await RefreshAsync(cancellationToken);
    }

    private async Task RemoveOverAsync(CancellationToken cancellationToken) => await RemoveAsync(
        (await ListAsync(cancellationToken)).Where(report => report.IsOver).Select(report => report.Fault.Id), cancellationToken);

    /// <summary>Removes rules with their counts; the hosts are told once.</summary>
    private async Task RemoveAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        foreach (var id in ids)
        {
            await table.WriteAsync(TableWrite.Delete(Fault.Key(id)), cancellationToken);
            await table.WriteAsync(TableWrite.Delete(CountOf(id)), cancellationToken);
        }

        await TellAsync(cancellationToken);
    }

    /// <summary>The rules that can be read: one that a newer host has set is that host's matter.</summary>
    private async Task<IReadOnlyList<Fault>> ReadAsync(CancellationToken cancellationToken) =>
    [
        .. (await ReadItemsAsync(cancellationToken)).Select(Fault.Read).OfType<Fault>()
            .OrderBy(fault => fault.Created).ThenBy(fault => fault.Id, StringComparer.Ordinal),
    ];

    private async Task<IReadOnlyList<Item>> ReadItemsAsync(CancellationToken cancellationToken) =>
        await table.QueryAsync(new TableQuery(null, Fault.Partition) { Consistent = true }, cancellationToken);

    private static ItemKey CountOf(Fault fault) => CountOf(fault.Id);

    private static ItemKey CountOf(string id) => new("fault-counts", id);
}
