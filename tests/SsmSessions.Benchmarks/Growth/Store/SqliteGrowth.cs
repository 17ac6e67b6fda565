using SsmSessions.Benchmarks.Growth.Plots;
using SsmSessions.Storage.Sqlite;

namespace SsmSessions.Benchmarks.Growth.Store;

/// <summary>More and more sessions on SQLite: files with the service's own settings.</summary>
internal sealed class SqliteGrowth : IGrowthPart
{
    private static readonly Plot Times = new(
        "store-sqlite", "Sessions on SQLite: time of an operation", StoreGrowth.What, StoreGrowth.Groups.Count, StoreGrowth.TimePanels());

    public string Name => "sqlite";

    public IReadOnlyList<Plot> Plots => [Times];

    public async Task<IReadOnlyList<(Plot Plot, IReadOnlyList<Reading> Readings)>> RunAsync(
        GrowthSettings settings, GrowthProgress progress, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        var (times, _) = await StoreGrowth.MeasureAsync(
            "SQLite", size => new SqliteTable(new SqliteTableOptions { Folder = folder.Of($"{size}") }, TimeProvider.System), settings, progress, cancellationToken);
        return [(Times, times)];
    }
}
