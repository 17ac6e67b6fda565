using System.Globalization;
using Spectre.Console;

namespace SsmSessions.Benchmarks;

/// <summary>Runs the rows one after the other under a progress bar, and closes with a table of ratios.</summary>
internal static class Report
{
    public static async Task<int> RunAsync(IReadOnlyList<IBenchmark> rows, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        AnsiConsole.MarkupLineInterpolated(
            $"{settings.Rounds} rounds of {settings.Round.TotalSeconds} s a side, medians; {Environment.ProcessorCount} processors, .NET {Environment.Version}");
        var results = new List<(IBenchmark Row, IReadOnlyList<Measurement> Measurements)>();
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                foreach (var row in rows)
                {
                    var progress = new RowProgress(context.AddTask(Markup.Escape(row.Name)), row.Name);
                    results.Add((row, await row.RunAsync(settings, progress, cancellationToken)));
                    progress.Done();
                }
            });
        // Where no terminal says how wide it is, the table is as wide as it likes.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 160;
        foreach (var (row, measurements) in results)
            AnsiConsole.Write(TableOf(row, measurements));
        return 0;
    }

    private static Table TableOf(IBenchmark row, IReadOnlyList<Measurement> measurements)
    {
        var table = new Table().Title(Markup.Escape($"{row.Name}: {row.Title}")).Expand();
        table.AddColumn("what");
        foreach (var name in (string[])["ours", "reference", "ratio", "wanted", "allocated", "processor"])
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var m in measurements)
        {
            var color = m.Wanted is null || m.Ratio is null ? "default" : m.Wanted.IsReachedBy(m.Ratio.Value) ? "green" : "red";
            table.AddRow(
                m.IsLeftOut ? $"[yellow]{Markup.Escape(m.What)}[/]" : Markup.Escape(m.What),
                Markup.Escape(m.Ours),
                Markup.Escape(m.Reference),
                m.Ratio is null ? "" : $"[{color}]{RatioOf(m)}[/]",
                m.Wanted is null ? "" : $"{m.Wanted} {m.DifferenceIn}".TrimEnd(),
                m.Allocated is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes:#,0} B") : "",
                m.Processor is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:0.0} µs") : "");
        }

        return table;
    }

    private static string RatioOf(Measurement m) => m.DifferenceIn is null
        ? string.Create(CultureInfo.InvariantCulture, $"{m.Ratio:0.00}")
        : string.Create(CultureInfo.InvariantCulture, $"{m.Ratio:+0.000;-0.000} {m.DifferenceIn}");

    private sealed class RowProgress(ProgressTask task, string name) : IBenchmarkProgress
    {
        private bool _begun;

        public void Expect(int steps) => task.MaxValue = steps;

        public void Step(string what)
        {
            if (_begun)
                task.Increment(1);
            _begun = true;
            task.Description = Markup.Escape($"{name}: {what}");
        }

        public void Done()
        {
            task.Description = Markup.Escape(name);
            task.Value = task.MaxValue;
        }
    }
}
