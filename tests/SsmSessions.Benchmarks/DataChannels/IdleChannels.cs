using System.Globalization;
using SsmSessions.Benchmarks.Load;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>
/// What a data channel keeps resident while nothing happens in it, against a bare Kestrel websocket. Either kind of host is a process of its
/// own, looked at after a collection: when some channels are open, so that all code has run, and when the others are too.
/// </summary>
internal sealed class IdleChannels : IBenchmark
{
    private const double Kilobyte = 1_000;
    private const int SpareDescriptors = 500;

    public string Name => "idle";

    public string Title => "memory of an idle data channel (plain ws, kind echo), against a bare Kestrel websocket";

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        var first = settings.IdleChannels / 10;
        if (Descriptors() is { } most && most < settings.IdleChannels + first + SpareDescriptors)
            return [Measurement.LeftOut($"{settings.IdleChannels} channels need more descriptors than {most}: ulimit -n, or --idle")];
        progress.Expect(2);
        progress.Step("data channels");
        var ours = await MeasureAsync(isBare: false, first, settings.IdleChannels, cancellationToken);
        progress.Step("bare websockets");
        var bare = await MeasureAsync(isBare: true, first, settings.IdleChannels, cancellationToken);
        return
        [
            new Measurement($"resident, each of {settings.IdleChannels}", Describe(ours.Resident), Describe(bare.Resident), ours.Resident / bare.Resident, Wanted.AtMost(1.6)),
            new Measurement("the same against 20 KB", Describe(ours.Resident), "20 KB", ours.Resident / (20 * Kilobyte), Wanted.AtMost(1)),
            new Measurement("of that on the managed heap", Describe(ours.Managed), Describe(bare.Managed), ours.Managed / bare.Managed),
        ];
    }

    private static async Task<(double Resident, double Managed)> MeasureAsync(bool isBare, int first, int more, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var host = new Worker(IdleHost.Kind, isMeasured: true);
        using var clients = new Worker(IdleClients.Kind);
        Task<HostState> LookAsync() => host.CarryOutAsync<HostOrder, HostState>(new HostOrder(isBare, folder.Of("store")), cancellationToken);
        Task<IdleOutcome> OpenAsync(Uri url, int count) => clients.CarryOutAsync<IdleOrder, IdleOutcome>(new IdleOrder(url, isBare, count), cancellationToken);
        var url = (await LookAsync()).Url;
        await OpenAsync(url, first);
        var before = await LookAsync();
        await OpenAsync(url, more);
        var after = await LookAsync();
        if (after.Descriptors - before.Descriptors < more)
            throw new InvalidOperationException("not all channels stayed open");
        return ((after.Resident - before.Resident) / (double)more, (after.Managed - before.Managed) / (double)more);
    }

    private static string Describe(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / Kilobyte:0.0} KB");

    /// <summary>How many descriptors a process may have, where Linux tells.</summary>
    internal static int? Descriptors()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var line = File.ReadLines("/proc/self/limits").First(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        return int.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4], NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null;
    }
}
