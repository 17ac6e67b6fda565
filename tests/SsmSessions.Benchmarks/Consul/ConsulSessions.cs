using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SsmSessions.Benchmarks.DataChannels;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Benchmarks.Sessions;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.Consul;

/// <summary>
/// Consul's API: many sessions that clients renew twice in their time to live while others wait for keys, against Kestrel with nothing
/// behind it; and keys written by 64 callers, durable before they are answered, against plain inserts.
/// </summary>
internal sealed class ConsulSessions : IBenchmark
{
    private const double Megabyte = 1_000_000;
    private const int Callers = 64;
    private const int SpareDescriptors = 500;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public string Name => "consul";

    public string Title => "Consul's sessions and keys on SQLite, against bare Kestrel and plain inserts";

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        if (IdleChannels.Descriptors() is { } most && most < settings.Watchers + SpareDescriptors)
            return [Measurement.LeftOut($"{settings.Watchers} watchers need more descriptors than {most}: ulimit -n, or --watchers")];
        progress.Expect(settings.Rounds + 3);
        progress.Step("sessions and watchers");
        var ours = await RenewAsync(isBare: false, settings, cancellationToken);
        progress.Step("the same of bare Kestrel");
        var bare = await RenewAsync(isBare: true, settings, cancellationToken);
        var load = $"{settings.ConsulSessions:#,0} sessions renewed every {ConsulClients.TimeToLive.TotalSeconds / 2} s, {settings.Watchers:#,0} watchers, {settings.ConsulTime.TotalSeconds} s";
        return
        [
            Compare($"processor time of the host: {load}", ours.Processor, bare.Processor, "s"),
            Compare("resident memory of the host with them", ours.After.Resident / Megabyte, bare.After.Resident / Megabyte, "MB"),
            Compare("that is more than without them", (ours.After.Resident - ours.Before.Resident) / Megabyte, (bare.After.Resident - bare.Before.Resident) / Megabyte, "MB"),
            Compare($"a renewal, median of {ours.Load.Renewals:#,0}", ours.Load.Renewed, bare.Load.Renewed, "ms"),
            Compare("a renewal, 99 of 100 take at most", ours.Load.RenewedLate, bare.Load.RenewedLate, "ms"),
            Compare($"from a write to whom it wakes, median of {ours.Load.WakeUps:#,0}", ours.Load.Woken, bare.Load.Woken, "ms"),
            Compare("from a write to whom it wakes, 99 of 100 take at most", ours.Load.WokenLate, bare.Load.WokenLate, "ms"),
            .. await WriteAsync(settings, progress, cancellationToken),
        ];
    }

    private static async Task<Renewals> RenewAsync(bool isBare, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var host = new Worker(ConsulHost.Kind, isMeasured: true);
        using var clients = new Worker(ConsulClients.Kind);
        Task<ConsulHostState> LookAsync() =>
            host.CarryOutAsync<ConsulHostOrder, ConsulHostState>(new ConsulHostOrder(isBare, folder.Of("store")), cancellationToken);
        var before = await LookAsync();
        var order = new ConsulLoadOrder(before.Url, settings.ConsulSessions, settings.Watchers, Seconds: 0);
        await clients.CarryOutAsync<ConsulLoadOrder, ConsulLoadOutcome>(order, cancellationToken);
        var processor = host.ProcessorTime;
        var load = await clients.CarryOutAsync<ConsulLoadOrder, ConsulLoadOutcome>(
            order with { Seconds = settings.ConsulTime.TotalSeconds }, cancellationToken);
        processor = host.ProcessorTime - processor;
        if (!isBare)
            await CheckAllLiveAsync(before.Url, settings.ConsulSessions, cancellationToken);
        return new Renewals(before, await LookAsync(), processor.TotalSeconds, load);
    }

    private static async Task CheckAllLiveAsync(Uri host, int sessions, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var list = await http.GetFromJsonAsync<JsonElement>(new Uri(host, "/v1/session/list"), cancellationToken);
        if (list.GetArrayLength() != sessions)
            throw new InvalidOperationException($"{list.GetArrayLength()} of {sessions} sessions live though all were renewed");
    }

    private static async Task<IEnumerable<Measurement>> WriteAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        await using var table = new SqliteTable(new SqliteTableOptions { Folder = folder.Of("store") }, TimeProvider.System);
        await using var server = await TestServer.StartAsync(table: table);
        using var load = new LoadProcess();
        using var plain = new PlainInserts(folder.Of("plain"));
        var ends = Enumerable.Range(0, Callers).Select(caller => new LoadEnd(server.Url.Port, [Put(server.Url.Port, caller, 'a'), Put(server.Url.Port, caller, 'b')]));
        var keys = load.Sending($"keys written, {Callers} callers", new LoadOrder([.. ends], Callers, 0));
        var inserts = new Side("plain inserts", (time, _) => Task.FromResult(plain.Run(time)));
        await Side.RunAllAsync([keys, inserts], settings, WarmUp, progress, cancellationToken);
        return [keys.Against(inserts)];
    }

    /// <summary>A write of 200 bytes to the caller's own key: each of the two changes what the other wrote.</summary>
    private static byte[] Put(int port, int caller, char content) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"PUT /v1/kv/benchmark/{caller} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: identity\r\nContent-Length: 200\r\n\r\n{new string(content, 200)}"));

    private static Measurement Compare(string what, double ours, double bare, string unit) =>
        new(what, Describe(ours, unit), Describe(bare, unit), ours / bare);

    private static string Describe(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:#,0.0#} {unit}");

    private sealed record Renewals(ConsulHostState Before, ConsulHostState After, double Processor, ConsulLoadOutcome Load);
}
