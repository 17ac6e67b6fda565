using System.Diagnostics;
using System.Globalization;
using SsmSessions.Benchmarks.Consul;
using SsmSessions.Benchmarks.DataChannels;
using SsmSessions.Benchmarks.Growth.Plots;

namespace SsmSessions.Benchmarks.Growth.Consul;

/// <summary>More and more blocking queries, each for a key of its own: how soon one wakes, what a write costs, what they keep in memory.</summary>
internal static class WatcherGrowth
{
    private const int FewestWatchers = 10;
    private const int SpareDescriptors = 500;
    private const double Megabyte = 1_000_000;
    private const double Kilobyte = 1_000;

    private static readonly Panel WakeUp = new("from a write to the watcher of that key", "ms");
    private static readonly Panel Write = new("the write", "ms");
    private static readonly Panel Host = new("memory of the host", "MB");
    private static readonly Panel Each = new("memory of a watcher, its connection included", "KB");

    public static Plot Plot { get; } = new("consul-watchers", "Consul's API on SQLite: blocking queries", "blocking queries", 2, [WakeUp, Write, Host, Each]);

    public static async Task<IReadOnlyList<Reading>> RunAsync(GrowthSettings settings, GrowthProgress progress, CancellationToken cancellationToken)
    {
        var readings = new List<Reading>();
        using var consul = await MeasuredConsul.StartAsync(cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await consul.Api.FillAsync(settings.MostWatchers, cancellationToken);
        var watchers = new List<Watcher>();
        ConsulHostState? first = null;
        foreach (var size in GrowthSettings.Decades(FewestWatchers, settings.MostWatchers))
        {
            // Both ends of the connections are looked at: the clients' are in this process.
            if (IdleChannels.Descriptors() is { } most && most < size + SpareDescriptors)
            {
                progress.LeftOut($"{size} watchers need more descriptors than {most}: ulimit -n");
                break;
            }

            progress.Step(string.Create(CultureInfo.InvariantCulture, $"consul: {size:#,0} watchers"));
            while (watchers.Count < size)
                watchers.Add(new Watcher(consul.Api, watchers.Count));
            await Task.WhenAll(watchers.Where(watcher => !watcher.IsWaiting).Select(watcher => watcher.BeginAsync(ended.Token)));
            await WakeAsync(consul.Api, watchers, settings.Round, ended.Token);
            var (woken, written) = await WakeAsync(consul.Api, watchers, settings.Round * settings.Rounds / 2, ended.Token);
            var after = await consul.LookAsync(cancellationToken);
            readings.AddRange(TimesOf(WakeUp, size, woken));
            readings.AddRange(TimesOf(Write, size, written));
            readings.AddRange(MemoryOf(size, after, first ??= after));
        }

        await ended.CancelAsync();
        return readings;
    }

    private static IEnumerable<Reading> TimesOf(Panel panel, int size, Samples times) =>
    [
        new Reading(panel.Title, "median", size, times.Median),
        new Reading(panel.Title, "99th percentile", size, times.Quantile(0.99)),
    ];

    /// <summary>What a watcher takes is the difference to the fewest, through those that came since.</summary>
    private static IEnumerable<Reading> MemoryOf(int size, ConsulHostState state, ConsulHostState first)
    {
        yield return new Reading(Host.Title, "resident", size, state.Resident / Megabyte);
        yield return new Reading(Host.Title, "managed heap in use", size, state.Managed / Megabyte);
        if (size == FewestWatchers)
            yield break;
        yield return new Reading(Each.Title, "resident", size, (state.Resident - first.Resident) / Kilobyte / (size - FewestWatchers));
        yield return new Reading(Each.Title, "managed heap in use", size, (state.Managed - first.Managed) / Kilobyte / (size - FewestWatchers));
    }

    /// <summary>Writes one key after the other, each when the watcher of the one before waits again.</summary>
    private static async Task<(Samples Woken, Samples Written)> WakeAsync(
        ConsulApi api, List<Watcher> watchers, TimeSpan time, CancellationToken cancellationToken)
    {
        var (woken, written) = (new Samples(), new Samples());
        var random = new Random(4580);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            var watcher = watchers[random.Next(watchers.Count)];
            var begun = Stopwatch.GetTimestamp();
            written.Add(await ConsulApi.TimeAsync(() => api.PutAsync(watcher.Path, Guid.NewGuid().ToString(), cancellationToken)));
            woken.Add(Stopwatch.GetElapsedTime(begun, await watcher.Woken).TotalMilliseconds);
            await watcher.BeginAsync(cancellationToken);
        }

        return (woken, written);
    }

    /// <summary>A client that waits for a change of its key.</summary>
    private sealed class Watcher(ConsulApi api, int number)
    {
        public string Path { get; } = "/v1/kv/" + ConsulApi.Key(number);

        public bool IsWaiting { get; private set; }

        /// <summary>When the answer came.</summary>
        public Task<long> Woken { get; private set; } = Task.FromResult(0L);

        /// <summary>Reads the key, and waits from then on. The query may reach the host after the next write: then it is answered at once,
        /// and that is a wake-up too.</summary>
        public async Task BeginAsync(CancellationToken cancellationToken)
        {
            var index = await api.GetAsync(Path, cancellationToken);
            IsWaiting = true;
            Woken = WaitAsync(index, cancellationToken);
        }

        private async Task<long> WaitAsync(string index, CancellationToken cancellationToken)
        {
            await api.GetAsync($"{Path}?wait=10m&index={index}", cancellationToken);
            return Stopwatch.GetTimestamp();
        }
    }
}
