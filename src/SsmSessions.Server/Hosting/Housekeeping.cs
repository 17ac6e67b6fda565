using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;

namespace SsmSessions.Server.Hosting;

/// <summary>What a host does without being asked: a sign of life every 2 s, overdue sessions ended every second, the sessions of hosts that
/// died, what the other hosts show of its own, and the faults that they set.</summary>
internal sealed class Housekeeping(
    ITable table,
    HostMembership host,
    HostDirectory hosts,
    SessionRegistry sessions,
    SessionCarriers carriers,
    LeaseMembers members,
    SessionActivity activity,
    FaultRules faults,
    IOptions<SsmSessionsOptions> options,
    ILogger<Housekeeping> log) : BackgroundService
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    /// <summary>Ends what is overdue in every tenant, at most 100 sessions a shard.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        for (var shard = 0; shard < SessionRegistry.DeadlineShards; shard++)
            await sessions.EndOverdueAsync(shard, MostAtOnce, cancellationToken);
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        await host.BeatAsync(cancellationToken);
        if (!host.MayBeDisowned)
            return;
        await carriers.EndDisownedAsync(cancellationToken);
        host.KnowsWhatItHas();
    }

    /// <summary>Ends what died with other hosts, and forgets those.</summary>
    public async Task BuryAsync(CancellationToken cancellationToken)
    {
        if (!table.IsShared)
            return;
        var buried = (await hosts.DeadAsync(cancellationToken)).Where(dead => dead.RunId != host.RunId).ToArray();
        // While they can still be told from those that left.
        if (buried.Length > 0 && !options.Value.ControlPlaneOnly)
            await members.RefreshAsync(cancellationToken);
        foreach (var dead in buried)
        {
            await carriers.EndLostAsync(dead.Name, run => run == dead.RunId, cancellationToken);
            await hosts.RemoveAsync(dead, cancellationToken);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.ControlPlaneOnly
        ? Task.CompletedTask
        : Task.WhenAll(
            Repeating.EveryAsync(HostDirectory.HeartbeatInterval, BeatAsync, log.HeartbeatFailed, stoppingToken),
            Repeating.EveryAsync(SessionActivity.Interval, activity.TellAsync, log.ActivityFailed, stoppingToken),
            faults.FollowAsync(log.FaultsFailed, stoppingToken),
            Repeating.EveryAsync(HostDirectory.DeadAfter, BuryAsync, log.SweepFailed, stoppingToken),
            Repeating.EveryAsync(SweepInterval, SweepAsync, log.SweepFailed, stoppingToken));
}
