using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;

namespace SsmSessions.Server.Hosting;

/// <summary>Makes the store ready before anything listens: opens the table, reads the keys, joins the hosts. Leaves them at the end.
/// How long an engine may take to open is its own matter; it throws when it gives up.</summary>
internal sealed class StoreStartup(
    ITable table,
    LoadedKeys keys,
    HostMembership host,
    SessionCarriers carriers,
    CarriedSessions carried,
    LeaseRegistry leases,
    FaultRules faults,
    IOptions<SsmSessionsOptions> options) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await table.OpenAsync(cancellationToken);
        await keys.LoadAsync(table, cancellationToken);
        if (options.Value.ControlPlaneOnly)
            return;
        await leases.OpenAsync(cancellationToken);
        await faults.RefreshAsync(cancellationToken);
        await host.JoinAsync(cancellationToken);
        await carriers.EndLostAsync(host.Name, run => run != host.RunId, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        // With sessions left it does not leave: the others find it dead, and end them.
        if (options.Value.ControlPlaneOnly || carried.Count > 0)
            return;
        try
        {
            await host.LeaveAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The others see it by the missing heartbeat.
        }
    }
}
