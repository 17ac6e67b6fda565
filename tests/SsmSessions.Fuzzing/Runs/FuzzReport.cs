using System.Globalization;
using SsmSessions.Fuzzing.Doors;

namespace SsmSessions.Fuzzing.Runs;

/// <summary>Tries doors one after the other and prints a table, a row each.</summary>
internal static class FuzzReport
{
    private const double Megabyte = 1024 * 1024;

    /// <returns>0, or 1 when there is a failure.</returns>
    public static async Task<int> RunAsync(IEnumerable<string> doors, RunSettings settings, CancellationToken cancellationToken)
    {
        Console.WriteLine($"seed {settings.Seed}, inputs {settings.First:N0} to {settings.First + settings.Inputs - 1:N0} and the corpus; memory after the first tenth -> at the end");
        Console.WriteLine();
        Console.WriteLine("| door | inputs | answers | worst | heap MB | resident MB | handles | threads | inputs/s | failures |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        List<DoorReport> failed = [];
        foreach (var name in doors)
        {
            await using var door = AllDoors.Named(name);
            using var run = new DoorRun(door, settings);
            var report = await run.RunAsync(cancellationToken);
            Console.WriteLine(RowOf(report));
            if (report.Failures.Count > 0)
                failed.Add(report);
        }

        foreach (var report in failed)
        {
            Console.WriteLine();
            Console.WriteLine($"{report.Door}:");
            foreach (var failure in report.Failures)
                Console.WriteLine($"- {failure}");
        }

        return failed.Count == 0 ? 0 : 1;
    }

    private static string RowOf(DoorReport report)
    {
        var answers = string.Join(", ", report.Answers.OrderByDescending(answer => answer.Value).Select(answer => string.Create(CultureInfo.InvariantCulture, $"{answer.Key} {answer.Value:N0}")));
        var (early, late) = (report.Early, report.Late);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {report.Door} | {report.Inputs:N0} | {answers} | {report.Worst.TotalMilliseconds:0} ms | {early.Heap / Megabyte:0.0} -> {late.Heap / Megabyte:0.0} | {early.Resident / Megabyte:0} -> {late.Resident / Megabyte:0} | {early.Handles} -> {late.Handles} | {early.Threads} -> {late.Threads} | {report.Inputs / report.Took.TotalSeconds:N0} | {report.Failures.Count} |");
    }
}
