using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Leases;

namespace SsmSessions.Server.Consul.Catalog;

/// <summary>Keeps the members of the catalog as hosts and nodes are: before the first request is answered, whenever this host's nodes change,
/// and each second for what others do.</summary>
internal sealed class ConsulMembers(
    LeaseMembers members, HostMembership host, IOptions<SsmSessionsOptions> options, ILogger<ConsulMembers> log)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _changed = new(0);

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Value.ControlPlaneOnly)
            return Task.CompletedTask;
        host.NodesChanged += OnNodesChanged;
        return members.RefreshAsync(cancellationToken);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        host.NodesChanged -= OnNodesChanged;
        base.Dispose();
        _changed.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!options.Value.ControlPlaneOnly && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _changed.WaitAsync(Interval, stoppingToken);
                await members.RefreshAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The next round may succeed: the store may be back by then.
                log.MembersFailed(failure);
            }
        }
    }

    private void OnNodesChanged(object? sender, EventArgs nothing) => _changed.Release();
}
