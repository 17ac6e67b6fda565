using System.CommandLine;
using SsmSessions.Benchmarks.Growth.Channels;
using SsmSessions.Benchmarks.Growth.Consul;
using SsmSessions.Benchmarks.Growth.Plots;
using SsmSessions.Benchmarks.Growth.Store;

namespace SsmSessions.Benchmarks.Growth;

/// <summary>The subcommand that measures how cost grows with size, and draws it.</summary>
internal static class GrowthCommand
{
    private static readonly IReadOnlyList<IGrowthPart> Parts = [new SqliteGrowth(), new DynamoDbGrowth(), new ChannelGrowth(), new ConsulGrowth()];

    public static Command Create()
    {
        var parts = new Argument<string[]>("parts") { Description = "What to measure; all when none is named.", Arity = ArgumentArity.ZeroOrMore };
        parts.AcceptOnlyFromAmong([.. Parts.Select(part => part.Name)]);
        var quick = new Option<bool>("--quick") { Description = "Short rounds and small sizes: a first look, not a result." };
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "Where plots (SVG) and numbers (CSV) are written (default docs/growth).",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("docs", "growth")),
        };
        var draw = new Option<bool>("--draw") { Description = "Measures nothing and draws the numbers that are in the folder." };
        var command = new Command("growth", "Measures how cost grows with size, and writes plots and numbers.") { parts, quick, folder, draw };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var named = parsed.GetValue(parts) ?? [];
            var target = parsed.GetRequiredValue(folder);
            target.Create();
            var settings = parsed.GetValue(quick) ? GrowthSettings.Quick : GrowthSettings.Whole;
            foreach (var part in Parts.Where(part => named.Length == 0 || named.Contains(part.Name, StringComparer.Ordinal)))
            {
                if (!parsed.GetValue(draw))
                    await MeasureAsync(part, settings, target, cancellationToken);
                await DrawAsync(part, target);
            }

            return 0;
        });
        return command;
    }

    private static async Task MeasureAsync(IGrowthPart part, GrowthSettings settings, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        foreach (var (plot, readings) in await part.RunAsync(settings, new GrowthProgress(Console.Out), cancellationToken))
        {
            if (readings.Count > 0)
                await Readings.WriteAsync(PathOf(folder, plot, "csv"), plot, readings);
        }
    }

    private static async Task DrawAsync(IGrowthPart part, DirectoryInfo folder)
    {
        foreach (var plot in part.Plots)
        {
            var numbers = PathOf(folder, plot, "csv");
            if (File.Exists(numbers))
                await File.WriteAllTextAsync(PathOf(folder, plot, "svg"), PlotDrawing.Draw(plot, await Readings.ReadAsync(numbers)));
        }
    }

    private static string PathOf(DirectoryInfo folder, Plot plot, string extension) => Path.Combine(folder.FullName, $"{plot.Name}.{extension}");
}
