using System.Diagnostics;
using System.Globalization;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.Sessions;

/// <summary>
/// A page of 10 for each filter key alone, from a large store and from one of 1,000 sessions, one page of each in turn: as a caller
/// sees it over HTTP, and below that from the store, where nothing hides what the size costs.
/// </summary>
internal sealed class PageLatency : IBenchmark
{
    private const int SmallStore = 1_000;
    private const int Page = 10;
    private const int WarmUpPages = 2_000;
    private const int RequestsPerKey = 1_000;

    private static readonly DateTimeOffset Newest = TimeProvider.System.GetUtcNow();

    public string Name => "pages";

    public string Title => "latency of a page of 10 in a large store on SQLite (median and 99th percentile), against the same in one of 1,000 sessions";

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        progress.Expect(1 + FilterKey.All.Count);
        using var folder = new TemporaryFolder();
        var samples = new SampleSessions(Newest);
        await using var small = await Store.OpenAsync(folder.Of("small"), samples, SmallStore);
        await using var large = await Store.OpenAsync(folder.Of("large"), samples, settings.LargeStore);
        progress.Step(string.Create(CultureInfo.InvariantCulture, $"storing {settings.LargeStore:#,0} sessions"));
        await SampleStore.FillAsync(small.Table, samples, SmallStore, cancellationToken);
        var filling = await SampleStore.FillAsync(large.Table, samples, settings.LargeStore, cancellationToken);

        var (http, store) = (new List<Measurement>(), new List<Measurement>());
        using var load = new LoadProcess();
        foreach (var key in FilterKey.All)
        {
            progress.Step(key.Name);
            http.Add(await CallAsync(load, key, small, large, settings, cancellationToken));
            store.Add(await ReadAsync(key, small, large, settings, cancellationToken));
        }

        return [.. http, .. store, Filling(settings.LargeStore, filling)];
    }

    private static async Task<Measurement> CallAsync(
        LoadProcess load, FilterKey key, Store small, Store large, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var order = new LoadOrder([large.Requests(key), small.Requests(key)], Callers: 2, Seconds: 1) { OneByOne = true };
        await load.SendAsync(order, cancellationToken);
        var outcome = await load.SendAsync(order with { Seconds = 2 * settings.Round.TotalSeconds }, cancellationToken);
        return Compare($"{key.Name}, over HTTP", new Samples(outcome.Times[0]), new Samples(outcome.Times[1]), Wanted.AtMost(1.2));
    }

    private static async Task<Measurement> ReadAsync(
        FilterKey key, Store small, Store large, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var (smallTimes, largeTimes) = (new Samples(), new Samples());
        for (var i = 0; i < WarmUpPages; i++)
        {
            await small.ReadPageAsync(key, cancellationToken);
            await large.ReadPageAsync(key, cancellationToken);
        }

        var allocated = 0L;
        var pages = 0;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < settings.Round)
        {
            smallTimes.Add(await small.ReadPageAsync(key, cancellationToken));
            var before = GC.GetAllocatedBytesForCurrentThread();
            largeTimes.Add(await large.ReadPageAsync(key, cancellationToken));
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            pages++;
        }

        return Compare($"{key.Name}, from the store", largeTimes, smallTimes, wanted: null) with { Allocated = allocated / (double)pages };
    }

    private static Measurement Compare(string what, Samples large, Samples small, Wanted? wanted) =>
        new(what, Describe(large), Describe(small), large.Median / small.Median, wanted);

    private static string Describe(Samples times) =>
        string.Create(CultureInfo.InvariantCulture, $"{times.Median * 1e6:0.0} µs, {times.Quantile(0.99) * 1e6:0.0} µs");

    private static Measurement Filling(int count, TimeSpan time) => new(
        string.Create(CultureInfo.InvariantCulture, $"storing {count:#,0} sessions by PutManyAsync"),
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        string.Create(CultureInfo.InvariantCulture, $"{count / time.TotalSeconds:#,0} /s"),
        Ratio: null);

    /// <summary>One of the two stores, with a server over it.</summary>
    private sealed class Store(SqliteTable table, TestServer server, SampleSessions samples, int count) : IAsyncDisposable
    {
        private readonly SessionRepository _sessions = new(table);
        private readonly Random _random = new(4580);

        public ITable Table => table;

        public static async Task<Store> OpenAsync(string folder, SampleSessions samples, int count)
        {
            var table = new SqliteTable(new SqliteTableOptions { Folder = folder }, TimeProvider.System);
            return new Store(table, await TestServer.StartAsync(table: table), samples, count);
        }

        public LoadEnd Requests(FilterKey key)
        {
            var bodies = Enumerable.Range(0, RequestsPerKey).Select(_ => key.Request(samples, AnyNumber(), Page));
            return new LoadEnd(server.Url.Port, [.. bodies.Select(body => AwsRequest.Of(server.Url.Port, "DescribeSessions", body))]);
        }

        /// <summary>Reads a page, and says in how many seconds.</summary>
        public async Task<double> ReadPageAsync(FilterKey key, CancellationToken cancellationToken)
        {
            var number = AnyNumber();
            var filter = key.Filter(samples, number);
            var started = Stopwatch.GetTimestamp();
            await _sessions.ListAsync(SampleSessions.Tenant, key.State(number), filter, after: null, Page, cancellationToken);
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            await table.DisposeAsync();
        }

        /// <summary>Not one of the oldest: each page before a date is to be full in both stores.</summary>
        private int AnyNumber() => _random.Next(count * 9 / 10);
    }
}
