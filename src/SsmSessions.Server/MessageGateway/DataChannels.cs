using Microsoft.Extensions.Hosting;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.MessageGateway;

/// <summary>The data channels that this host carries. They end with it.</summary>
internal sealed class DataChannels(DataChannelServices services) : IHostedLifecycleService
{
    /// <summary>The whole host stops within 5 s (DESIGN §6).</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private bool _isStopping;

    /// <summary>The channel of a session, for one more client; made when there is none yet. Null when this host is about to stop.</summary>
    public DataChannel? Enter(Session session)
    {
        lock (_lock)
        {
            if (_isStopping)
                return null;
            var channel = services.Carried.TryFind(session.Id, out var carried) ? (DataChannel)carried : new DataChannel(session, services);
            services.Carried.TryAdd(channel);
            channel.Clients++;
            return channel;
        }
    }

    /// <summary>The client is gone. A channel that nobody was let in to goes with the last one.</summary>
    public void Leave(DataChannel channel)
    {
        lock (_lock)
        {
            channel.Clients--;
            if (channel.Clients == 0 && !channel.IsOpen)
                services.Carried.Remove(channel);
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            _isStopping = true;
        var channels = services.Carried.All.OfType<DataChannel>().ToList();
        foreach (var channel in channels)
            channel.End(SessionEndTexts.ServiceStops);
        try
        {
            await Task.WhenAll(channels.Select(c => c.Completion)).WaitAsync(EndWithin, services.RealTime, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The next start ends what is left.
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        services.Faults.Added = fault => _ = MeetAsync(fault);
        return Task.CompletedTask;
    }

    /// <summary>A rule was set: what it does to connections it does at once, whether or not anything is said on them.</summary>
    private async Task MeetAsync(Fault fault)
    {
        try
        {
            if (fault.Rule.Effect!.Value.EndsConnection())
                await Task.WhenAll(services.Carried.All.OfType<DataChannel>().Select(channel => channel.MeetAsync(fault)));
        }
        catch (Exception failure)
        {
            services.Log.FaultFailed(failure);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
