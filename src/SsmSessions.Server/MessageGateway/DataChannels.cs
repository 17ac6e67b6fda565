using Microsoft.Extensions.Hosting;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.MessageGateway;

/// <summary>The data channels that this host carries. They end with it.</summary>
internal sealed class DataChannels(DataChannelServices services) : IHostedLifecycleService
{
    /// <summary>The whole host stops within 5 s (DESIGN §6).</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(4);

    private volatile bool _isStopping;

    /// <summary>The channel of a session; made when there is none yet. Null when this host is about to stop.</summary>
    public DataChannel? GetOrAdd(Session session)
    {
        while (!_isStopping)
        {
            if (services.Carried.TryFind(session.Id, out var carried))
                return (DataChannel)carried;
            var channel = new DataChannel(session, services);
            if (services.Carried.TryAdd(channel))
                return channel;
        }

        return null;
    }

    /// <summary>Takes back a channel that nobody was let in to.</summary>
    public void RemoveUnused(DataChannel channel)
    {
        if (channel.IsUnused)
            services.Carried.Remove(channel);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
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

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
