using System.Diagnostics;

namespace SsmSessions.Benchmarks.Load;

/// <summary>
/// The callers, in a process of their own. One thread goes round the connections: it takes the answers that are there, and sends the
/// next requests. That is three system calls a request and little scheduling, so the processors are the server's as far as can be.
/// </summary>
internal static class LoadGenerator
{
    /// <summary>How a worker of this kind is named.</summary>
    public const string Kind = "load";

    /// <summary>The worker's side.</summary>
    public static Task<int> ServeAsync() => Worker.ServeAsync<LoadOrder, LoadOutcome>(order => Task.FromResult(Run(order)));

    private static LoadOutcome Run(LoadOrder order)
    {
        var callers = new List<LoadConnection>(order.Callers);
        try
        {
            for (var i = 0; i < order.Callers; i++)
                callers.Add(new LoadConnection(order.Ends[i % order.Ends.Count], order.EndsSessions, first: order.EndsSessions ? 0 : i * 7_919));
            return order.OneByOne ? SendOneByOne(callers, order) : SendAtOnce(callers, order);
        }
        finally
        {
            foreach (var caller in callers)
                caller.Dispose();
        }
    }

    private static LoadOutcome SendAtOnce(List<LoadConnection> callers, LoadOrder order)
    {
        var answers = 0L;
        var processor = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        foreach (var caller in callers)
            caller.Send();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < order.Seconds)
        {
            var before = answers;
            foreach (var caller in callers)
            {
                if (!caller.HasAnswer)
                    continue;
                caller.Receive();
                caller.Send();
                answers++;
            }

            if (answers == before)
                LoadConnection.WaitForAny(callers);
        }

        foreach (var caller in callers)
        {
            caller.Receive();
            answers++;
        }

        return Outcome(answers, started, processor);
    }

    private static LoadOutcome SendOneByOne(List<LoadConnection> callers, LoadOrder order)
    {
        var times = callers.ConvertAll(_ => new List<double>());
        var processor = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < order.Seconds)
        {
            for (var i = 0; i < callers.Count; i++)
            {
                var sent = Stopwatch.GetTimestamp();
                callers[i].Send();
                callers[i].Receive();
                times[i].Add(Stopwatch.GetElapsedTime(sent).TotalSeconds);
            }
        }

        return Outcome(times.Sum(t => (long)t.Count), started, processor) with { Times = times };
    }

    private static LoadOutcome Outcome(long answers, long started, TimeSpan processor) => new(
        answers,
        Stopwatch.GetElapsedTime(started).TotalSeconds,
        (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
}
