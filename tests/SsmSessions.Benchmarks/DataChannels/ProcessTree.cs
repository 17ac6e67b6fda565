using System.Diagnostics;
using SsmSessions.Testing;

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
            return root.TotalProcessorTime + ChildProcesses.Of(process).Aggregate(TimeSpan.Zero, (sum, child) => sum + ProcessorTime(child));
        }
        catch (Exception ended) when (ended is ArgumentException or InvalidOperationException)
        {
            return TimeSpan.Zero;
        }
    }
}
