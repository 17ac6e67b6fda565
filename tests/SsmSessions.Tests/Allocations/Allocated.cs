namespace SsmSessions.Tests.Allocations;

/// <summary>Counts what the process allocates, so nothing may run beside it.</summary>
internal static class Allocated
{
    private const int Rounds = 7;
    private const int Operations = 200;

    /// <summary>The bytes that an operation allocates on whatever threads it runs: the least of several rounds, since what else goes on only
    /// ever adds.</summary>
    /// <param name="operation">What is measured; it has been done often enough before that nothing of it is compiled or cached any more.</param>
    public static async Task<long> PerOperationAsync(Func<Task> operation)
    {
        await RepeatAsync(operation);
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await RepeatAsync(operation);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least / Operations;
    }

    private static async Task RepeatAsync(Func<Task> operation)
    {
        for (var i = 0; i < Operations; i++)
            await operation();
    }
}
