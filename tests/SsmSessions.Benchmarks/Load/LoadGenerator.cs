using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace SsmSessions.Benchmarks.Load;

/// <summary>
/// The callers, in a process of their own. One thread goes round the connections: it takes an answer, which is there already
/// unless the server is behind, and sends the next request. That is two system calls a request and no scheduling, so the
/// processors are the server's as far as can be.
/// </summary>
internal static class LoadGenerator
{
    /// <summary>Carries out an order a line, until there are no more.</summary>
    public static int Serve(TextReader orders, TextWriter outcomes)
    {
        while (orders.ReadLine() is { } line)
        {
            var order = JsonSerializer.Deserialize<LoadOrder>(line)!;
            outcomes.WriteLine(JsonSerializer.Serialize(Run(order)));
            outcomes.Flush();
        }

        return 0;
    }

    private static LoadOutcome Run(LoadOrder order)
    {
        var answers = 0L;
        var processor = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        var callers = new List<LoadConnection>(order.Connections);
        try
        {
            for (var i = 0; i < order.Connections; i++)
                callers.Add(new LoadConnection(order, first: order.Fills ? 0 : i * 7_919));
            started = Stopwatch.GetTimestamp();
            foreach (var caller in callers)
                caller.Send();
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < order.Seconds)
            {
                foreach (var caller in callers)
                {
                    caller.Receive();
                    caller.Send();
                    answers++;
                }
            }

            foreach (var caller in callers)
            {
                caller.Receive();
                answers++;
            }

            return Outcome(failure: null);
        }
        catch (Exception failure) when (failure is SocketException or InvalidDataException)
        {
            return Outcome(failure.Message);
        }
        finally
        {
            foreach (var caller in callers)
                caller.Dispose();
        }

        LoadOutcome Outcome(string? failure) => new(
            answers,
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            (Environment.CpuUsage.TotalTime - processor).TotalSeconds,
            failure);
    }
}
