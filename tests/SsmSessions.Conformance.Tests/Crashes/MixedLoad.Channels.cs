using System.Globalization;
using System.Net.WebSockets;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.Crashes;

internal sealed partial class MixedLoad
{
    /// <summary>Opens data channels, types into them and ends some of them.</summary>
    private sealed class ChannelLoad(MixedLoad load)
    {
        private const int MostChannels = 4;
        private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

        private readonly Random _random = new((load.Seed * 100) + 99);
        private readonly List<(KnownSession Session, DataChannelClient Client)> _open = [];

        public async Task RunAsync(CancellationToken stop)
        {
            using var client = new LoadClient(load.Host, load.Journal);
            var isLost = false;
            for (var i = 0; !stop.IsCancellationRequested && !isLost; i++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{load._run}-channel-{i}");
                isLost = !(_open.Count < MostChannels ? await TryOpenAsync(client, name, stop) : await TryUseAsync(client, name, stop)) && load.EndsWithHost;
            }

            foreach (var (_, channel) in _open)
                await channel.DisposeAsync();
        }

        private async Task<bool> TryOpenAsync(LoadClient client, string name, CancellationToken stop)
        {
            var (fate, session, reply) = await load.StartAsync(client, name, forAll: false);
            if (session is null)
                return fate != Fate.Lost;
            session.OpensChannel();
            DataChannelClient? channel = null;
            try
            {
                channel = await DataChannelClient.ConnectAsync(
                    new Uri(reply.Json.GetProperty("StreamUrl").GetString()!),
                    reply.Json.GetProperty("TokenValue").GetString(),
                    new DataChannelClientOptions { Deadline = Deadline });
                await channel.WaitUntilReadyAsync().WaitAsync(stop);
                session.HasChannel();
                _open.Add((session, channel));
                return true;
            }
            catch (Exception gone) when (IsGone(gone))
            {
                if (channel is not null)
                    await channel.DisposeAsync();
                return false;
            }
        }

        private async Task<bool> TryUseAsync(LoadClient client, string name, CancellationToken stop)
        {
            var one = _open[_random.Next(_open.Count)];
            try
            {
                await one.Client.SendInputAsync(name + "\r");
                await one.Client.ReadUntilAsync(name + "\r").WaitAsync(stop);
                if (_random.Next(10) > 0)
                    return true;
                _open.Remove(one);
                if (await load.EndAsync(client, one.Session) == Fate.Done)
                    await one.Client.WaitForChannelClosedAsync().WaitAsync(stop);
                await one.Client.DisposeAsync();
                return true;
            }
            catch (Exception gone) when (IsGone(gone))
            {
                _open.Remove(one);
                await one.Client.DisposeAsync();
                return false;
            }
        }

        /// <summary>The channel went with its host, or the load is over.</summary>
        private static bool IsGone(Exception failure) =>
            failure is WebSocketException or OperationCanceledException or TimeoutException or IOException or HttpRequestException;
    }
}
