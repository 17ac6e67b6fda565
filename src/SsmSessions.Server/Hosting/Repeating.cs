namespace SsmSessions.Server.Hosting;

/// <summary>Work that a host does again and again, whatever becomes of it.</summary>
internal static class Repeating
{
    /// <summary>Works at each interval until it is told to stop.</summary>
    /// <param name="interval">Of real time.</param>
    /// <param name="work">The work.</param>
    /// <param name="failed">Told of a failure; the next round may succeed.</param>
    /// <param name="stoppingToken">Ends it.</param>
    public static async Task EveryAsync(
        TimeSpan interval, Func<CancellationToken, Task> work, Action<Exception> failed, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, TimeProvider.System);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await work(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The next round may succeed: the store may be back by then.
                failed(failure);
            }
        }
    }
}
