using System.Diagnostics;
using System.Globalization;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;
using SsmSessions.Storage.Sqlite;

namespace SsmSessions.Benchmarks.Sessions;

/// <summary>A page of 10 for each filter key alone, from a large store and from one of 1,000 sessions, one page of each in turn.</summary>
internal sealed class PageLatency : IBenchmark
{
    private const int SmallStore = 1_000;
    private const int Page = 10;
    private const int WarmUpPages = 1_000;

    private static readonly DateTimeOffset Newest = TimeProvider.System.GetUtcNow();

    public string Name => "pages";

    public string Title => "latency of a page of 10 in a large store on SQLite, against the same in one of 1,000 sessions";

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        progress.Expect(1 + Keys.Count);
        using var folder = new TemporaryFolder();
        var samples = new SampleSessions(Newest);
        await using var smallTable = new SqliteTable(new SqliteTableOptions { Folder = folder.Of("small") }, TimeProvider.System);
        await using var largeTable = new SqliteTable(new SqliteTableOptions { Folder = folder.Of("large") }, TimeProvider.System);
        await smallTable.OpenAsync(cancellationToken);
        await largeTable.OpenAsync(cancellationToken);
        progress.Step(string.Create(CultureInfo.InvariantCulture, $"storing {settings.LargeStore:#,0} sessions"));
        await SampleStore.FillAsync(smallTable, samples, SmallStore, cancellationToken);
        var filling = await SampleStore.FillAsync(largeTable, samples, settings.LargeStore, cancellationToken);

        var results = new List<Measurement>();
        foreach (var (key, query) in Keys)
        {
            progress.Step(key);
            var small = new Store(smallTable, samples, SmallStore, query);
            var large = new Store(largeTable, samples, settings.LargeStore, query);
            await MeasureAsync(small, large, settings, cancellationToken);
            results.AddRange(Compare(key, small, large));
        }

        results.Add(Filling(settings.LargeStore, filling));
        return results;
    }

    /// <summary>Each key with what it asks for, other values each time. Dates are anywhere in the list.</summary>
    private static IReadOnlyList<(string Key, Query Query)> Keys { get; } =
    [
        ("no filter", (_, _, _) => SessionState.History),
        ("SessionId", (filter, _, number) =>
        {
            filter.WhereSessionId(SampleSessions.Id(number));
            return number % 10 == 0 ? SessionState.Active : SessionState.History;
        }),
        ("Target", (filter, _, number) =>
        {
            filter.WhereTarget(SampleSessions.Target(number));
            return SessionState.History;
        }),
        ("Owner", (filter, _, number) =>
        {
            filter.WhereOwner(SampleSessions.Owner(number));
            return SessionState.History;
        }),
        ("Status", (filter, _, number) =>
        {
            filter.WhereStatus(number % 2 == 0 ? SessionStatus.Terminated : SessionStatus.Failed);
            return SessionState.History;
        }),
        ("AccessType", (filter, _, number) =>
        {
            filter.WhereAccessType(number % 2 == 0 ? AccessType.Standard : AccessType.JustInTime);
            return SessionState.History;
        }),
        ("InvokedAfter", (filter, samples, number) =>
        {
            filter.WhereStartedFrom(samples.StartOf(number));
            return SessionState.History;
        }),
        ("InvokedBefore", (filter, samples, number) =>
        {
            filter.WhereStartedBefore(samples.StartOf(number));
            return SessionState.History;
        }),
    ];

    private delegate SessionState Query(SessionFilter filter, SampleSessions samples, int number);

    private static async Task MeasureAsync(Store small, Store large, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        for (var i = 0; i < WarmUpPages; i++)
        {
            await small.ReadPageAsync(counts: false, cancellationToken);
            await large.ReadPageAsync(counts: false, cancellationToken);
        }

        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < settings.Round)
        {
            await small.ReadPageAsync(counts: true, cancellationToken);
            await large.ReadPageAsync(counts: true, cancellationToken);
        }
    }

    private static IEnumerable<Measurement> Compare(string key, Store small, Store large)
    {
        yield return new Measurement(
            key, Microseconds(large.Times.Median), Microseconds(small.Times.Median), large.Times.Median / small.Times.Median,
            Wanted.AtMost(1.2), large.AllocatedPerPage);
        var (slowLarge, slowSmall) = (large.Times.Quantile(0.99), small.Times.Quantile(0.99));
        yield return new Measurement($"{key}, 99th percentile", Microseconds(slowLarge), Microseconds(slowSmall), slowLarge / slowSmall);
    }

    private static Measurement Filling(int count, TimeSpan time)
    {
        var rate = count / time.TotalSeconds;
        return new Measurement(
            string.Create(CultureInfo.InvariantCulture, $"storing {count:#,0} sessions by PutManyAsync"),
            string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
            string.Create(CultureInfo.InvariantCulture, $"{rate:#,0} /s"),
            1);
    }

    private static string Microseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:0.0} µs");

    /// <summary>One of the two stores, and how long its pages took.</summary>
    private sealed class Store(ITable table, SampleSessions samples, int count, Query query)
    {
        private readonly SessionRepository _sessions = new(table);
        private readonly Random _random = new(4580);
        private long _allocated;
        private int _pages;

        public Samples Times { get; } = new();

        public double AllocatedPerPage => _allocated / (double)_pages;

        public async Task ReadPageAsync(bool counts, CancellationToken cancellationToken)
        {
            var filter = new SessionFilter();
            // Not the last of the list: each page is to be full in both stores.
            var state = query(filter, samples, _random.Next(count * 9 / 10));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            var page = await _sessions.ListAsync(SampleSessions.Tenant, state, filter, after: null, Page, cancellationToken);
            var time = Stopwatch.GetElapsedTime(started);
            if (page.Sessions.Count != Page && filter.SessionId is null && filter.StartedFrom is null)
                throw new InvalidOperationException($"a page has {page.Sessions.Count} sessions instead of {Page}");
            if (!counts)
                return;
            Times.Add(time.TotalSeconds);
            _allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            _pages++;
        }
    }
}
