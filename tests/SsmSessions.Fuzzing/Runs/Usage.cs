using System.Diagnostics;

namespace SsmSessions.Fuzzing.Runs;

/// <summary>What the process holds once everything that nobody holds is gone.</summary>
/// <param name="Heap">Bytes of live managed objects.</param>
/// <param name="Resident">Bytes of memory.</param>
/// <param name="Handles">Open files and sockets.</param>
/// <param name="Threads">Threads.</param>
/// <param name="OwnThreads">Those among them that are not of the pool, which has more or fewer as the machine is busy.</param>
internal sealed record Usage(long Heap, long Resident, int Handles, int Threads, int OwnThreads)
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>What caches and pools may take between two looks before it counts as growth.</summary>
    private const long HeapSlack = 16 * Megabyte;

    private const long ResidentSlack = 96 * Megabyte;
    private const int HandleSlack = 64;
    private const int ThreadSlack = 16;

    /// <summary>For where nobody looks.</summary>
    public static Usage None { get; } = new(0, 0, 0, 0, 0);

    public static Usage Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var self = Process.GetCurrentProcess();
        var threads = self.Threads.Count;
        return new Usage(GC.GetTotalMemory(forceFullCollection: false), self.WorkingSet64, self.HandleCount, threads, threads - ThreadPool.ThreadCount);
    }

    /// <summary>What has grown since, in words; null for nothing.</summary>
    public string? GrowthSince(Usage before)
    {
        List<string> grown = [];
        if (Heap > (before.Heap * 5 / 4) + HeapSlack)
            grown.Add("managed heap");
        if (Resident > (before.Resident * 5 / 4) + ResidentSlack)
            grown.Add("resident memory");
        if (Handles > before.Handles + HandleSlack)
            grown.Add("handles");
        if (OwnThreads > before.OwnThreads + ThreadSlack)
            grown.Add("threads");
        return grown.Count == 0 ? null : $"{string.Join(", ", grown)}: {before} became {this}";
    }
}
