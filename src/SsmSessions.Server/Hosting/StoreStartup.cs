using Microsoft.Extensions.Hosting;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Store;

namespace SsmSessions.Server.Hosting;

/// <summary>Makes the store ready before anything listens: opens the table, reads the keys, joins the hosts. Leaves them at the end.</summary>
internal sealed class StoreStartup(ITable table, LoadedKeys keys, HostMembership host) : IHostedLifecycleService
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(10);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(GiveUpAfter, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await table.OpenAsync(either.Token);
            await keys.LoadAsync(table, either.Token);
            await host.JoinAsync(either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new StoreUnusableException($"the store was not ready after {GiveUpAfter.TotalSeconds:0} s");
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
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
