using System.Diagnostics;
using System.Globalization;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>A process and those that it started, as Linux shows them.</summary>
internal static class ProcessTree
{
    /// <summary>What all of them used of the processors so far; those that have ended do not count.</summary>
    public static TimeSpan ProcessorTime(int process)
    {
        try
        {
            using var root = Process.GetProcessById(process);
            return root.TotalProcessorTime + Children(process).Aggregate(TimeSpan.Zero, (sum, child) => sum + ProcessorTime(child));
        }
        catch (Exception ended) when (ended is ArgumentException or InvalidOperationException)
        {
            return TimeSpan.Zero;
        }
    }

    private static List<int> Children(int process)
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{process}/task")
                .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            // It has ended, or this kernel does not tell.
            return [];
        }
    }
}
