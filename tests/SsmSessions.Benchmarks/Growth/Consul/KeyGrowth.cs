using System.Diagnostics;
using System.Globalization;
using SsmSessions.Benchmarks.Growth.Plots;

namespace SsmSessions.Benchmarks.Growth.Consul;

/// <summary>More and more keys: what a lock, a renewal and a read cost then, and what the host keeps in memory.</summary>
internal static class KeyGrowth
{
    private const int FewestKeys = 1_000;
    private const double Megabyte = 1_000_000;

    private static readonly Panel Median = new("a call, median", "ms");
    private static readonly Panel Late = new("a call, 99th percentile", "ms");
    private static readonly Panel Start = new("a start of the host after a crash", "s");
    private static readonly Panel Host = new("memory of the host", "MB");
    private static readonly Panel Each = new("memory of a key, value of 100 bytes included", "bytes");

    public static Plot Plot { get; } = new("consul-keys", "Consul's API on SQLite: keys", "keys", 3, [Median, Late, Start, Host, Each]);

    public static async Task<IReadOnlyList<Reading>> RunAsync(GrowthSettings settings, GrowthProgress progress, CancellationToken cancellationToken)
    {
        var hosts = new List<FilledHost>();
        var readings = new List<Reading>();
        try
        {
            foreach (var size in GrowthSettings.Decades(FewestKeys, settings.MostKeys))
            {
                progress.Step(string.Create(CultureInfo.InvariantCulture, $"consul: storing {size:#,0} keys"));
                var host = new FilledHost(await MeasuredConsul.StartAsync(cancellationToken), size);
                hosts.Add(host);
                await host.FillAsync(cancellationToken);
                readings.AddRange(await host.MemoryAsync(cancellationToken));
            }

            for (var round = 0; round <= settings.Rounds; round++)
            {
                progress.Step(string.Create(CultureInfo.InvariantCulture, $"consul, keys: round {round} of {settings.Rounds}"));
                foreach (var host in hosts)
                    await host.CallAsync(settings.Round, counts: round > 0, cancellationToken);
            }

            foreach (var host in hosts)
                readings.Add(await host.StartAgainAsync(cancellationToken));
            return [.. readings, .. hosts.SelectMany(host => host.Times())];
        }
        finally
        {
            foreach (var host in hosts)
                host.Dispose();
        }
    }

    /// <summary>A host with so many keys.</summary>
    private sealed class FilledHost(MeasuredConsul consul, int size) : IDisposable
    {
        private const int KeysOfList = 10;
        private const int Starts = 3;

        private readonly Dictionary<string, Samples> _times = [];
        private readonly Random _random = new(4580);
        private string _session = "";

        public async Task FillAsync(CancellationToken cancellationToken)
        {
            await consul.Api.FillAsync(size, cancellationToken);
            _session = await consul.Api.CreateSessionAsync(cancellationToken);
        }

        public async Task<IEnumerable<Reading>> MemoryAsync(CancellationToken cancellationToken)
        {
            var (before, after) = (consul.Empty, await consul.LookAsync(cancellationToken));
            return
            [
                new Reading(Host.Title, "resident", size, after.Resident / Megabyte),
                new Reading(Host.Title, "managed heap in use", size, after.Managed / Megabyte),
                new Reading(Each.Title, "managed heap in use", size, (after.Managed - before.Managed) / (double)size),
            ];
        }

        /// <summary>The median of a few starts. Each reads all keys.</summary>
        public async Task<Reading> StartAgainAsync(CancellationToken cancellationToken)
        {
            var times = new Samples();
            for (var i = 0; i < Starts; i++)
                times.Add(await consul.StartAgainAsync(cancellationToken));
            return new Reading(Start.Title, "until it listens", size, times.Median);
        }

        /// <summary>Every call again and again, each time on another key.</summary>
        public async Task CallAsync(TimeSpan time, bool counts, CancellationToken cancellationToken)
        {
            var started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var path = "/v1/kv/" + ConsulApi.Key(_random.Next(size));
                await CallAsync("acquire", () => consul.Api.PutAsync($"{path}?acquire={_session}", "me", cancellationToken), counts);
                await CallAsync("renew", () => consul.Api.PutAsync("/v1/session/renew/" + _session, body: null, cancellationToken), counts);
                await CallAsync("read", () => consul.Api.GetAsync(path, cancellationToken), counts);
                await CallAsync("release", () => consul.Api.PutAsync($"{path}?release={_session}", "me", cancellationToken), counts);
                await CallAsync("write", () => consul.Api.PutAsync(path, new string('w', 100), cancellationToken), counts);
                await CallAsync($"list {KeysOfList} keys under a prefix", () => consul.Api.GetAsync(path[..^1] + "?recurse", cancellationToken), counts);
            }
        }

        public IEnumerable<Reading> Times() => _times.SelectMany(pair => new[]
        {
            new Reading(Median.Title, pair.Key, size, pair.Value.Median),
            new Reading(Late.Title, pair.Key, size, pair.Value.Quantile(0.99)),
        });

        public void Dispose() => consul.Dispose();

        private async Task CallAsync(string what, Func<Task> call, bool counts)
        {
            var milliseconds = await ConsulApi.TimeAsync(call);
            if (!counts)
                return;
            if (!_times.TryGetValue(what, out var times))
                _times[what] = times = new Samples();
            times.Add(milliseconds);
        }
    }
}
