using SsmSessions.Benchmarks.Growth.Plots;

namespace SsmSessions.Benchmarks.Growth.Consul;

/// <summary>Consul's API with more and more keys, and with more and more clients that wait.</summary>
internal sealed class ConsulGrowth : IGrowthPart
{
    public string Name => "consul";

    public IReadOnlyList<Plot> Plots => [KeyGrowth.Plot, WatcherGrowth.Plot];

    public async Task<IReadOnlyList<(Plot Plot, IReadOnlyList<Reading> Readings)>> RunAsync(
        GrowthSettings settings, GrowthProgress progress, CancellationToken cancellationToken) =>
    [
        (KeyGrowth.Plot, await KeyGrowth.RunAsync(settings, progress, cancellationToken)),
        (WatcherGrowth.Plot, await WatcherGrowth.RunAsync(settings, progress, cancellationToken)),
    ];
}
