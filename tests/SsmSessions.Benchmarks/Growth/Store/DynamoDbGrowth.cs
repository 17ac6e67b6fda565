using SsmSessions.Benchmarks.Growth.Plots;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Benchmarks.Growth.Store;

/// <summary>More and more sessions on the DynamoDB emulator that the tests use: its own times, and the capacity units of the real one.</summary>
internal sealed class DynamoDbGrowth : IGrowthPart
{
    private static readonly Plot Times = new(
        "store-dynamodb",
        "Sessions on an emulator of DynamoDB on the same machine: time of an operation",
        StoreGrowth.What,
        StoreGrowth.Groups.Count,
        StoreGrowth.TimePanels());

    private static readonly Plot Units = new(
        "store-dynamodb-units",
        "Sessions on DynamoDB: capacity units of an operation, as the emulator reports them",
        StoreGrowth.What,
        2,
        [
            new Panel(StoreOperations.OneSession + StoreGrowth.ReadUnits, "read units"),
            new Panel(StoreOperations.OneSession + StoreGrowth.WriteUnits, "write units"),
            .. StoreOperations.Pages.Select(page => new Panel(StoreOperations.PageOf(page) + StoreGrowth.ReadUnits, "read units")),
        ]);

    public string Name => "dynamodb";

    public IReadOnlyList<Plot> Plots => [Times, Units];

    public async Task<IReadOnlyList<(Plot Plot, IReadOnlyList<Reading> Readings)>> RunAsync(
        GrowthSettings settings, GrowthProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            var emulator = await DynamoDbEmulator.StartedAsync();
            var (times, units) = await StoreGrowth.MeasureAsync(
                emulator.Name, _ => new DynamoDbTable(emulator.NewTable(), TimeProvider.System), settings, progress, cancellationToken);
            return [(Times, times), (Units, units)];
        }
        catch (EmulatorUnavailableException unavailable)
        {
            progress.LeftOut(unavailable.Message);
            return [];
        }
    }
}
