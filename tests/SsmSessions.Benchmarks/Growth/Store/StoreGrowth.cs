using System.Diagnostics;
using System.Globalization;
using SsmSessions.Benchmarks.Growth.Plots;
using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Benchmarks.Growth.Store;

/// <summary>Every operation on sessions in stores of 1,000 sessions and more, on both engines.</summary>
internal sealed class StoreGrowth : IGrowthPart
{
    private const int SmallestStore = 1_000;
    private const string Median = ", median";
    private const string Late = ", 99th percentile";
    private const string ReadUnits = ", read units";
    private const string WriteUnits = ", write units";
    private const string What = "sessions in the store";

    /// <summary>What loading one size of the emulator may take.</summary>
    private static readonly TimeSpan LongestFilling = TimeSpan.FromMinutes(8);

    private static readonly IReadOnlyList<string> Groups = [StoreOperations.OneSession, .. StoreOperations.Pages.Select(StoreOperations.PageOf)];

    private static readonly Plot Sqlite = new("store-sqlite", "Sessions on SQLite: time of an operation", What, Groups.Count, TimePanels());

    private static readonly Plot DynamoDb = new(
        "store-dynamodb", "Sessions on DynamoDB Local, an emulator on the same machine: time of an operation", What, Groups.Count, TimePanels());

    private static readonly Plot Units = new(
        "store-dynamodb-units",
        "Sessions on DynamoDB: capacity units that an operation consumes, as DynamoDB Local reports them",
        What,
        2,
        [.. Groups.Select(group => new Panel(group + ReadUnits, "read units")), new Panel(StoreOperations.OneSession + WriteUnits, "write units")]);

    public string Name => "store";

    public IReadOnlyList<Plot> Plots => [Sqlite, DynamoDb, Units];

    public async Task<IReadOnlyList<(Plot Plot, IReadOnlyList<Reading> Readings)>> RunAsync(
        GrowthSettings settings, GrowthProgress progress, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        var (times, _) = await MeasureAsync(
            "SQLite", size => new SqliteTable(new SqliteTableOptions { Folder = folder.Of($"{size}") }, TimeProvider.System), settings, progress, cancellationToken);
        try
        {
            var emulator = await DynamoDbEmulator.StartedAsync();
            var (emulated, units) = await MeasureAsync(
                emulator.Name, _ => new DynamoDbTable(emulator.NewTable(), TimeProvider.System), settings, progress, cancellationToken);
            return [(Sqlite, times), (DynamoDb, emulated), (Units, units)];
        }
        catch (EmulatorUnavailableException unavailable)
        {
            progress.LeftOut(unavailable.Message);
            return [(Sqlite, times), (DynamoDb, []), (Units, [])];
        }
    }

    private static async Task<(IReadOnlyList<Reading> Times, IReadOnlyList<Reading> Units)> MeasureAsync(
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

    private static List<Panel> TimePanels() =>
        [.. Groups.Select(group => new Panel(group + Median, "ms")), .. Groups.Select(group => new Panel(group + Late, "ms"))];

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
