using System.CommandLine;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Benchmarks.Sessions;

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
    ];

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
        var root = new RootCommand("Measures SsmSessions against what it is compared with, side by side, and prints the ratios.")
        {
            rows, quick, seconds, rounds, sessions, large,
        };
        root.SetAction((parsed, cancellationToken) =>
        {
            var isQuick = parsed.GetValue(quick);
            var settings = new BenchmarkSettings(
                TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? (isQuick ? 1 : 4)),
                parsed.GetValue(rounds) ?? (isQuick ? 3 : 7),
                parsed.GetValue(sessions) ?? (isQuick ? 10_000 : 100_000),
                parsed.GetValue(large) ?? (isQuick ? 50_000 : 1_000_000));
            var named = parsed.GetValue(rows) ?? [];
            return Report.RunAsync([.. All.Where(row => named.Length == 0 || named.Contains(row.Name, StringComparer.Ordinal))], settings, cancellationToken);
        });

        var load = new Command("load", "The load generator's side of a run: started by the benchmarks, not by hand.") { Hidden = true };
        load.SetAction(_ => LoadGenerator.Serve(Console.In, Console.Out));
        root.Subcommands.Add(load);
        return root.Parse(args).InvokeAsync();
    }
}
