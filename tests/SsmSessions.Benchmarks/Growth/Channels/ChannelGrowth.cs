using System.Globalization;
using SsmSessions.Benchmarks.DataChannels;
using SsmSessions.Benchmarks.Growth.Plots;
using SsmSessions.Benchmarks.Load;

namespace SsmSessions.Benchmarks.Growth.Channels;

/// <summary>More and more data channels on one host, idle: what each keeps in memory, and what one more costs that is opened and used.</summary>
internal sealed class ChannelGrowth : IGrowthPart
{
    private const double Kilobyte = 1_000;
    private const double Megabyte = 1_000_000;
    private const int FewestChannels = 10;
    private const int SpareDescriptors = 500;
    private const int ProbesOfRound = 20;

    /// <summary>So many until the runtime has compiled what they run for good.</summary>
    private const int WarmUpProbes = 500;

    private static readonly Panel Host = new("memory of the host", "MB");
    private static readonly Panel Each = new("memory of a channel", "KB");
    private static readonly Panel Opening = new("one more is opened, from StartSession on", "ms");
    private static readonly Panel Echo = new("echo of a byte through one that is used", "ms");
    private static readonly Plot Plot = new("channels", "Data channels on one host, all but one of them idle", "open data channels", 2, [Host, Each, Opening, Echo]);

    public string Name => "channels";

    public IReadOnlyList<Plot> Plots => [Plot];

    public async Task<IReadOnlyList<(Plot Plot, IReadOnlyList<Reading> Readings)>> RunAsync(
        GrowthSettings settings, GrowthProgress progress, CancellationToken cancellationToken)
    {
        var readings = new List<Reading>();
        using var folder = new TemporaryFolder();
        using var host = new Worker(IdleHost.Kind, isMeasured: true);
        using var clients = new Worker(IdleClients.Kind);
        Task<HostState> LookAsync() =>
            host.CarryOutAsync<HostOrder, HostState>(new HostOrder(IsBare: false, folder.Of("store")), cancellationToken);
        var url = (await LookAsync()).Url;
        Task<IdleOutcome> OpenAsync(int count, int probes) =>
            clients.CarryOutAsync<IdleOrder, IdleOutcome>(new IdleOrder(url, IsBare: false, count, probes), cancellationToken);

        progress.Step("channels: warming up");
        await OpenAsync(count: 0, WarmUpProbes);
        var (open, first) = (0, default(HostState));
        foreach (var size in GrowthSettings.Decades(FewestChannels, settings.MostChannels))
        {
            if (IdleChannels.Descriptors() is { } most && most < size + SpareDescriptors)
            {
                progress.LeftOut($"{size} channels need more descriptors than {most}: ulimit -n");
                break;
            }

            progress.Step(string.Create(CultureInfo.InvariantCulture, $"channels: {size:#,0}"));
            await OpenAsync(size - open, probes: 0);
            open = size;
            var probes = await OpenAsync(count: 0, probes: ProbesOfRound * settings.Rounds);
            var state = await LookAsync();
            first ??= state;
            readings.AddRange(MemoryOf(size, state, first));
            readings.AddRange(TimesOf(Opening, size, new Samples(probes.Opened)));
            readings.AddRange(TimesOf(Echo, size, new Samples(probes.Echoed)));
        }

        return [(Plot, readings)];
    }

    /// <summary>What a channel takes is the difference to the fewest, through the channels that came since.</summary>
    private static IEnumerable<Reading> MemoryOf(int size, HostState state, HostState first)
    {
        yield return new Reading(Host.Title, "resident", size, state.Resident / Megabyte);
        yield return new Reading(Host.Title, "managed heap in use", size, state.Managed / Megabyte);
        if (size == FewestChannels)
            yield break;
        yield return new Reading(Each.Title, "resident", size, (state.Resident - first.Resident) / Kilobyte / (size - FewestChannels));
        yield return new Reading(Each.Title, "managed heap in use", size, (state.Managed - first.Managed) / Kilobyte / (size - FewestChannels));
    }

    private static IEnumerable<Reading> TimesOf(Panel panel, int size, Samples times) =>
    [
        new Reading(panel.Title, "median", size, times.Median),
        new Reading(panel.Title, "99th percentile", size, times.Quantile(0.99)),
    ];
}
