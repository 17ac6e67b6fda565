using System.CommandLine;
using SsmSessions.Benchmarks.Consul;
using SsmSessions.Benchmarks.DataChannels;
using SsmSessions.Benchmarks.Growth;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Benchmarks.Peers;
using SsmSessions.Benchmarks.Sessions;
using SsmSessions.Benchmarks.Start;

namespace SsmSessions.Benchmarks;

/// <summary>The benchmarks' command line: which rows, how long, how large.</summary>
internal static class CommandLine
{
    /// <summary>Every row, in the order of the table of numbers to reach. To add one: write its class, then name it here.</summary>
    private static readonly IReadOnlyList<IBenchmark> All =
    [
        new DescribeSessionsThroughput(),
        new SessionWrites(),
        new PageLatency(),
        new PageCapacity(),
        new TunnelThroughput(),
        new PluginThroughput(),
        new KeystrokeEcho(),
        new ShellStart(),
        new IdleChannels(),
        new ConsulSessions(),
        new StartToFirstAnswer(),
        new MotoRequests(),
    ];

    /// <summary>What other processes do for a row, by the names of their kinds.</summary>
    private static readonly Dictionary<string, Func<Task<int>>> Workers = new()
    {
        [LoadGenerator.Kind] = LoadGenerator.ServeAsync,
        [TunnelEnds.Kind] = TunnelEnds.ServeAsync,
        [ForwardingClient.Kind] = ForwardingClient.ServeAsync,
        [Typist.Kind] = Typist.ServeAsync,
        [ShellStarter.Kind] = ShellStarter.ServeAsync,
        [IdleHost.Kind] = IdleHost.ServeAsync,
        [IdleClients.Kind] = IdleClients.ServeAsync,
        [ConsulHost.Kind] = ConsulHost.ServeAsync,
        [ConsulClients.Kind] = ConsulClients.ServeAsync,
    };

    public static Task<int> RunAsync(string[] args)
    {
        var rows = new Argument<string[]>("rows")
        {
            Description = "The rows to measure; all when none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        rows.AcceptOnlyFromAmong([.. All.Select(row => row.Name)]);
        var quick = new Option<bool>("--quick") { Description = "Short rounds and small stores: a first look, not a result." };
        var seconds = new Option<double?>("--seconds") { Description = "How long a round lasts (default 4, quick 1)." };
        var rounds = new Option<int?>("--rounds") { Description = "How often both sides are measured in turn (default 7, quick 3)." };
        var sessions = new Option<int?>("--sessions") { Description = "Sessions in the store of the throughput rows (default 100000, quick 10000)." };
        var large = new Option<int?>("--large") { Description = "Sessions in the large store of the latency row (default 1000000, quick 50000)." };
        var idle = new Option<int?>("--idle") { Description = "Data channels of the row of idle ones (default 10000, quick 1000). Each takes a file descriptor at either end: see ulimit -n." };
        var consulSessions = new Option<int?>("--consul-sessions") { Description = "Sessions of the row of Consul's API (default 10000, quick 1000)." };
        var watchers = new Option<int?>("--watchers") { Description = "Clients that wait for keys in that row (default 1000, quick 100)." };
        var consulSeconds = new Option<double?>("--consul-seconds") { Description = "How long that row renews (default 60, quick 8)." };
        var root = new RootCommand("Measures SsmSessions against what it is compared with, side by side, and prints the ratios.")
        {
            rows, quick, seconds, rounds, sessions, large, idle, consulSessions, watchers, consulSeconds,
        };
        root.SetAction((parsed, cancellationToken) =>
        {
            var isQuick = parsed.GetValue(quick);
            var settings = new BenchmarkSettings(
                TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? (isQuick ? 1 : 4)),
                parsed.GetValue(rounds) ?? (isQuick ? 3 : 7),
                parsed.GetValue(sessions) ?? (isQuick ? 10_000 : 100_000),
                parsed.GetValue(large) ?? (isQuick ? 50_000 : 1_000_000),
                parsed.GetValue(idle) ?? (isQuick ? 1_000 : 10_000),
                parsed.GetValue(consulSessions) ?? (isQuick ? 1_000 : 10_000),
                parsed.GetValue(watchers) ?? (isQuick ? 100 : 1_000),
                TimeSpan.FromSeconds(parsed.GetValue(consulSeconds) ?? (isQuick ? 8 : 60)));
            var named = parsed.GetValue(rows) ?? [];
            return Report.RunAsync([.. All.Where(row => named.Length == 0 || named.Contains(row.Name, StringComparer.Ordinal))], settings, cancellationToken);
        });

        var kind = new Argument<string>("kind");
        kind.AcceptOnlyFromAmong([.. Workers.Keys]);
        var worker = new Command(Worker.Command, "What another process does for a row: started by the benchmarks, not by hand.") { kind };
        worker.Hidden = true;
        worker.SetAction(parsed => Workers[parsed.GetRequiredValue(kind)]());
        root.Subcommands.Add(worker);
        root.Subcommands.Add(GrowthCommand.Create());
        return root.Parse(args).InvokeAsync();
    }
}
