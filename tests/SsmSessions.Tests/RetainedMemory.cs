namespace SsmSessions.Tests;

/// <summary>Measures the memory of the process, so nothing may run beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class MemoryCollection;

/// <summary>How much memory things keep for as long as they live.</summary>
internal static class RetainedMemory
{
    private const int Rounds = 9;

    /// <summary>The bytes that each of many things keeps: the third largest of several rounds, since what earlier tests left behind (buffers of
    /// servers, caches of threads) is freed during any of them.</summary>
    /// <param name="count">How many there are at once.</param>
    /// <param name="make">Makes one.</param>
    /// <param name="settle">Called once they are all there, before what they keep is counted.</param>
    public static async Task<long> OfEachAsync<T>(int count, Func<Task<T>> make, Action? settle = null)
        where T : IAsyncDisposable
    {
        var figures = new List<long>(Rounds);
        for (var round = 0; round < Rounds; round++)
        {
            var many = new T[count];
            var before = Collected();
            for (var i = 0; i < count; i++)
                many[i] = await make();
            settle?.Invoke();
            figures.Add((Collected() - before) / count);
            foreach (var one in many)
                await one.DisposeAsync();
        }

        return figures.Order().ElementAt(Rounds - 3);
    }

    /// <summary>What finalizers let go of is gone, too.</summary>
    private static long Collected()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
