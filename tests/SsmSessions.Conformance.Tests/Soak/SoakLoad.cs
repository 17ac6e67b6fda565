using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Soak;

/// <summary>A mixed load on every front end, each kind of work done again and again. What fails because a fault was set is tried again or given
/// up; what was done is counted, what is wrong is kept.</summary>
internal sealed class SoakLoad(ServiceProcess service)
{
    private readonly ConcurrentDictionary<string, int> _done = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _wrong = new();

    /// <summary>How often each kind of work was done, and how often it failed for a fault's sake.</summary>
    public string Done => string.Join(", ", _done.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"));

    /// <summary>What no fault explains.</summary>
    public IReadOnlyCollection<string> Wrong => _wrong;

    /// <summary>Works for so long, and comes to an end: nobody is connected any more.</summary>
    public async Task RunAsync(TimeSpan howLong)
    {
        using var stop = new CancellationTokenSource(howLong);
        (string Name, Func<SoakWork> Make, TimeSpan Pace)[] kinds =
        [
            ("faults", () => new FaultSetter(service.Url), TimeSpan.FromMilliseconds(200)),
            ("calls", () => new CallWork(service.Url), TimeSpan.FromMilliseconds(100)),
            ("calls", () => new CallWork(service.Url), TimeSpan.FromMilliseconds(100)),
            ("echo shells", () => new ChannelWork(service.Url, ChannelWork.Echo), TimeSpan.FromMilliseconds(50)),
            ("echo shells", () => new ChannelWork(service.Url, ChannelWork.Echo), TimeSpan.FromMilliseconds(50)),
            ("echo shells", () => new ChannelWork(service.Url, ChannelWork.Echo), TimeSpan.FromMilliseconds(50)),
            ("local shells", () => new ChannelWork(service.Url, ChannelWork.Local), TimeSpan.FromMilliseconds(200)),
            ("tunnels", () => new TunnelWork(service.Url), TimeSpan.FromMilliseconds(200)),
            ("locks", () => new LockWork(service.Url), TimeSpan.FromMilliseconds(50)),
            ("locks", () => new LockWork(service.Url), TimeSpan.FromMilliseconds(50)),
            ("Doris", () => new DorisWork(service.Url), TimeSpan.FromMilliseconds(200)),
            ("TrueNAS", () => new TrueNasWork(service.Url), TimeSpan.FromMilliseconds(200)),
        ];
        await Task.WhenAll(kinds.Select(kind => RepeatAsync(kind.Name, kind.Make, kind.Pace, stop.Token)));
    }

    private async Task RepeatAsync(string name, Func<SoakWork> make, TimeSpan pace, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(pace);
        await using var work = make();
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    await work.DoAsync();
                    Count(name);
                }
                catch (Exception failure) when (failure is HttpRequestException or WebSocketException or FaultyAnswerException or TimeoutException or IOException)
                {
                    Count(name + " (given up)");
                }
                catch (Exception failure)
                {
                    _wrong.Enqueue($"{name}: {failure}");
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The time is over.
        }
    }

    private void Count(string name) => _done.AddOrUpdate(name, 1, (_, count) => count + 1);
}

/// <summary>One kind of work, by one client.</summary>
internal abstract class SoakWork(Uri url) : IAsyncDisposable
{
    private const int MostAttempts = 100;

    protected ApiClient Api { get; } = new(url);

    protected Uri Url => url;

    /// <summary>Does it once.</summary>
    /// <exception cref="FaultyAnswerException">A fault was in the way.</exception>
    public abstract Task DoAsync();

    /// <summary>Calls an action.</summary>
    /// <exception cref="FaultyAnswerException">It failed.</exception>
    protected async Task<JsonElement> CallAsync(string action, string json)
    {
        var (status, body) = await Api.CallAsync(action, json);
        return status == HttpStatusCode.OK ? JsonElement.Parse(body) : throw new FaultyAnswerException(body);
    }

    /// <summary>Ends a session, whatever faults are in the way: nothing is to be left over.</summary>
    protected async Task EndAsync(string sessionId)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (status, body) = await Api.CallAsync("TerminateSession", $$"""{"SessionId":"{{sessionId}}"}""");
                if (status == HttpStatusCode.OK || body.Contains("ValidationException", StringComparison.Ordinal))
                    return;
            }
            catch (HttpRequestException) when (attempt < MostAttempts)
            {
                // A connection that was cut: the next one may not be.
            }

            if (attempt == MostAttempts)
                throw new InvalidOperationException(sessionId + " cannot be ended");
        }
    }

    public virtual ValueTask DisposeAsync()
    {
        Api.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>An answer that only a fault that was set explains.</summary>
internal sealed class FaultyAnswerException(string answer) : Exception(answer);
