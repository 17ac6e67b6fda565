using System.Diagnostics;
using System.Globalization;
using SsmSessions.Benchmarks.Growth.Plots;
using SsmSessions.Core.Store;

namespace SsmSessions.Benchmarks.Growth.Store;

/// <summary>Measures every operation on sessions in stores of 1,000 sessions and more, on an engine.</summary>
internal static class StoreGrowth
{
    /// <summary>What grows.</summary>
    public const string What = "sessions in the store";

    /// <summary>What follows the group in the title of a panel of read units.</summary>
    public const string ReadUnits = ", read units";

    /// <summary>The same of write units.</summary>
    public const string WriteUnits = ", write units";

    private const int SmallestStore = 1_000;
    private const string Median = ", median";
    private const string Late = ", 99th percentile";

    /// <summary>What loading one size of the emulator may take.</summary>
    private static readonly TimeSpan LongestFilling = TimeSpan.FromMinutes(8);

    /// <summary>The operations in groups of like cost: each is a panel.</summary>
    public static IReadOnlyList<string> Groups { get; } = [StoreOperations.OneSession, .. StoreOperations.Pages.Select(StoreOperations.PageOf)];

    /// <summary>Medians above 99th percentiles.</summary>
    public static IReadOnlyList<Panel> TimePanels() =>
        [.. Groups.Select(group => new Panel(group + Median, "ms")), .. Groups.Select(group => new Panel(group + Late, "ms"))];

    /// <summary>Fills a store of each size and measures all of them in turn.</summary>
    /// <param name="engine">Its name.</param>
    /// <param name="create">Makes the table of a size, not open.</param>
    /// <param name="settings">How large and long.</param>
    /// <param name="progress">Is told.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<(IReadOnlyList<Reading> Times, IReadOnlyList<Reading> Units)> MeasureAsync(
        string engine, Func<int, ITable> create, GrowthSettings settings, GrowthProgress progress, CancellationToken cancellationToken)
    {
        var stores = new List<StoreMeasurements>();
        try
        {
            var newest = TimeProvider.System.GetUtcNow();
            var filling = TimeSpan.Zero;
            foreach (var size in GrowthSettings.Decades(SmallestStore, settings.MostSessions))
            {
                if (filling * 10 > LongestFilling)
                {
                    progress.LeftOut(string.Create(
                        CultureInfo.InvariantCulture, $"{size:#,0} sessions on {engine}: a tenth of them took {filling.TotalSeconds:0} s to store"));
                    break;
                }

                progress.Step(string.Create(CultureInfo.InvariantCulture, $"{engine}: storing {size:#,0} sessions"));
                (var store, filling) = await GrowingStore.OpenAsync(create(size), newest, size, cancellationToken);
                stores.Add(new StoreMeasurements(store));
            }

            // The first round does not count: code is compiled, pages are read from the disk.
            for (var round = 0; round <= settings.Rounds; round++)
            {
                progress.Step(string.Create(CultureInfo.InvariantCulture, $"{engine}: round {round} of {settings.Rounds}"));
                foreach (var store in stores)
                    await store.RunAsync(settings.Round, counts: round > 0, cancellationToken);
            }

            return ([.. stores.SelectMany(store => store.Times())], [.. stores.SelectMany(store => store.Units())]);
        }
        finally
        {
            foreach (var store in stores)
                await store.DisposeAsync();
        }
    }

    /// <summary>What was measured in one store.</summary>
    private sealed class StoreMeasurements(GrowingStore store) : IAsyncDisposable
    {
        private readonly StoreOperations _operations = new(store);
        private readonly Dictionary<(string Group, string Operation), (Samples Times, Samples Read, Samples Written)> _samples = [];

        /// <summary>Carries out every operation again and again, at least once.</summary>
        public async Task RunAsync(TimeSpan time, bool counts, CancellationToken cancellationToken)
        {
            using var capacity = new CapacityMeter();
            var started = Stopwatch.GetTimestamp();
            do
            {
                await _operations.RunOnceAsync(MeasureAsync, cancellationToken);
            }
            while (Stopwatch.GetElapsedTime(started) < time);

            async Task MeasureAsync(string group, string operation, Func<Task> carryOut)
            {
                capacity.Take();
                var begun = Stopwatch.GetTimestamp();
                await carryOut();
                var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
                var (read, written) = capacity.Take();
                if (!counts)
                    return;
                if (!_samples.TryGetValue((group, operation), out var samples))
                    _samples[(group, operation)] = samples = (new Samples(), new Samples(), new Samples());
                samples.Times.Add(seconds * 1e3);
                samples.Read.Add(read);
                samples.Written.Add(written);
            }
        }

        public IEnumerable<Reading> Times() => _samples.SelectMany(pair => new[]
        {
            new Reading(pair.Key.Group + Median, pair.Key.Operation, store.Size, pair.Value.Times.Median),
            new Reading(pair.Key.Group + Late, pair.Key.Operation, store.Size, pair.Value.Times.Quantile(0.99)),
        });

        /// <summary>Medians; what is zero is not said.</summary>
        public IEnumerable<Reading> Units() => _samples.SelectMany(pair => new[]
        {
            new Reading(pair.Key.Group + ReadUnits, pair.Key.Operation, store.Size, pair.Value.Read.Median),
            new Reading(pair.Key.Group + WriteUnits, pair.Key.Operation, store.Size, pair.Value.Written.Median),
        }).Where(reading => reading.Value > 0);

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
