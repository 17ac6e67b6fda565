using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Benchmarks.Sessions;

/// <summary>
/// What a page costs on DynamoDB: the read units of the queries that one partition answers, against the bytes of <c>Sessions</c> in the
/// answer through 4,096, half a unit each; in a store of 1,000 sessions and in one ten times as large.
/// </summary>
internal sealed class PageCapacity : IBenchmark
{
    private const int SmallStore = 1_000;
    private const int LargeStore = 10_000;
    private const double UnitBytes = 4_096;

    private static readonly DateTimeOffset Newest = TimeProvider.System.GetUtcNow();

    private static readonly (TableIndex Index, string Filters)[] Queries =
    [
        (TableIndex.ByState, ""),
        (TableIndex.ByOwner, $$""","Filters":[{"key":"Owner","value":"{{SampleSessions.Owner(0)}}"}]"""),
        (TableIndex.ByTarget, $$""","Filters":[{"key":"Target","value":"{{SampleSessions.Target(0)}}"}]"""),
    ];

    public string Name => "capacity";

    public string Title => "DynamoDB read units of a page, against bytes of Sessions / 4,096 × 0.5";

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        int[] sizes = [SmallStore, LargeStore];
        progress.Expect(1 + sizes.Length);
        progress.Step("starting an emulator");
        var emulator = await DynamoDbEmulator.StartedAsync();
        var measured = new List<Measurement>();
        foreach (var size in sizes)
        {
            progress.Step(string.Create(CultureInfo.InvariantCulture, $"{size:#,0} sessions"));
            var table = new DynamoDbTable(emulator.NewTable(), TimeProvider.System);
            await using var server = await TestServer.StartAsync(table: table);
            await SampleStore.FillAsync(table, new SampleSessions(Newest), size, cancellationToken);
            foreach (var page in (int[])[10, 200])
            {
                foreach (var (index, filters) in Queries)
                    measured.Add(await MeasureAsync(server, size, index, filters, page));
            }
        }

        return measured;
    }

    private static async Task<Measurement> MeasureAsync(TestServer server, int size, TableIndex index, string filters, int page)
    {
        var units = 0.0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == DynamoDbTable.MeterName)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                // Housekeeping reads other indexes at the same time.
                if (tag.Key == "index" && (string?)tag.Value == index.ToString())
                    units += value;
            }
        });
        listener.Start();

        var (_, body) = await server.CallAsync("DescribeSessions", $$"""{"State":"History","MaxResults":{{page}}{{filters}}}""");
        using var answer = JsonDocument.Parse(body);
        var sessions = answer.RootElement.GetProperty("Sessions");
        var bytes = Encoding.UTF8.GetByteCount(sessions.GetRawText());
        return new Measurement(
            string.Create(CultureInfo.InvariantCulture, $"{index}, {size:#,0} sessions, page of {sessions.GetArrayLength()}"),
            string.Create(CultureInfo.InvariantCulture, $"{units:0.0} units"),
            string.Create(CultureInfo.InvariantCulture, $"{bytes:#,0} B, {bytes / UnitBytes * 0.5:0.00} units"),
            units / (bytes / UnitBytes * 0.5),
            Wanted.AtMost(1.5));
    }
}
