using System.Diagnostics;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;

namespace SsmSessions.Benchmarks.Sessions;

/// <summary>Fills a table with sample sessions, oldest first as in life.</summary>
internal static class SampleStore
{
    private const int Batch = 5_000;

    /// <summary>Stores sessions <paramref name="count"/> - 1 to 0, and says how long that took.</summary>
    public static Task<TimeSpan> FillAsync(ITable table, SampleSessions samples, int count, CancellationToken cancellationToken) =>
        FillAsync(table, samples.Make, count, cancellationToken);

    /// <summary>The same of sessions that something else makes from their numbers.</summary>
    public static async Task<TimeSpan> FillAsync(ITable table, Func<int, Session> make, int count, CancellationToken cancellationToken)
    {
        var sessions = new SessionRepository(table);
        var started = Stopwatch.GetTimestamp();
        for (var end = count; end > 0; end -= Batch)
        {
            var begin = Math.Max(0, end - Batch);
            await sessions.PutManyAsync(Enumerable.Range(begin, end - begin).Reverse().Select(make), cancellationToken);
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
