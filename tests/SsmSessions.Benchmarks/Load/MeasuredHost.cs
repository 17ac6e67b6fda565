using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.Load;

/// <summary>A host in a process of its own, whose memory is looked at.</summary>
internal static class MeasuredHost
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>Starts this service on SQLite.</summary>
    /// <param name="folder">For the store.</param>
    public static async Task<Uri> StartOursAsync(string folder)
    {
        var table = new SqliteTable(new SqliteTableOptions { Folder = folder }, TimeProvider.System);
        return (await TestServer.StartAsync(table: table)).Url;
    }

    /// <summary>Bytes of the process in memory, and of its managed heap that are in use, once it is at rest.</summary>
    public static async Task<(long Resident, long Managed)> MemoryAtRestAsync()
    {
        // The last of what the clients caused, and code that is compiled again because it ran often, come to an end.
        await Task.Delay(Rest);
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return (Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false));
    }
}
