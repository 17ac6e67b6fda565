using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using SsmSessions.Benchmarks.Load;

namespace SsmSessions.Benchmarks.Consul;

/// <summary>Asks for sessions and watchers, or, once they are there, to renew and to wake them for a while.</summary>
/// <param name="Url">The host.</param>
/// <param name="Sessions">How many to create; each is renewed every half of its time to live.</param>
/// <param name="Watchers">How many to block, ten on each key.</param>
/// <param name="Seconds">How long to renew; 0 opens only.</param>
internal sealed record ConsulLoadOrder(Uri Url, int Sessions, int Watchers, double Seconds);

/// <summary>What came of it. Times are milliseconds.</summary>
internal sealed record ConsulLoadOutcome(long Renewals, double Renewed, double RenewedLate, long WakeUps, double Woken, double WokenLate);

/// <summary>The clients of sessions and keys, in a process of their own.</summary>
internal static class ConsulClients
{
    /// <summary>How a worker of this kind is named.</summary>
    public const string Kind = "consul-clients";

    /// <summary>Go's client asks for it, and renews it twice in it.</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(15);

    private const int Renewers = 32;
    private const int WatchersOfAKey = 10;
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromMilliseconds(100);

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private static readonly List<string> Sessions = [];
    private static readonly List<long> Written = [];
    private static readonly Samples Woken = new();
    private static int _wakeUps;

    /// <summary>The worker's side.</summary>
    public static Task<int> ServeAsync() => Worker.ServeAsync<ConsulLoadOrder, ConsulLoadOutcome>(CarryOutAsync);

    private static async Task<ConsulLoadOutcome> CarryOutAsync(ConsulLoadOrder order)
    {
        if (order.Seconds <= 0)
        {
            await OpenAsync(order);
            return new ConsulLoadOutcome(0, 0, 0, 0, 0, 0);
        }

        var started = Stopwatch.GetTimestamp();
        var writing = WriteAsync(order, started);
        var renewed = await Task.WhenAll(Enumerable.Range(0, Renewers).Select(renewer => Task.Run(() => RenewAsync(order, renewer, started))));
        await writing;
        var times = new Samples(renewed.SelectMany(one => one));
        lock (Woken)
            return new ConsulLoadOutcome(renewed.Sum(one => one.Count), times.Median, times.Quantile(0.99), _wakeUps, Woken.Median, Woken.Quantile(0.99));
    }

    private static async Task OpenAsync(ConsulLoadOrder order)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $$"""{"Name":"benchmark","TTL":"{{TimeToLive.TotalSeconds}}s"}""");
        await Parallel.ForEachAsync(Enumerable.Range(0, order.Sessions), new ParallelOptions { MaxDegreeOfParallelism = Renewers }, async (_, _) =>
        {
            var id = JsonDocument.Parse(await PutAsync(order.Url, "/v1/session/create", body)).RootElement.GetProperty("ID").GetString()!;
            lock (Sessions)
                Sessions.Add(id);
        });
        for (var key = 0; key * WatchersOfAKey < order.Watchers; key++)
        {
            Written.Add(0);
            await PutAsync(order.Url, Path(key), "0");
        }

        for (var i = 0; i < order.Watchers; i++)
            _ = WatchAsync(order.Url, i / WatchersOfAKey);
    }

    /// <summary>Renews a share of the sessions, each at its own moments.</summary>
    private static async Task<List<double>> RenewAsync(ConsulLoadOrder order, int renewer, long started)
    {
        var times = new List<double>();
        var mine = Sessions.Where((_, i) => i % Renewers == renewer).ToArray();
        var every = TimeToLive / 2;
        for (var round = 0; (every * round).TotalSeconds < order.Seconds; round++)
        {
            for (var i = 0; i < mine.Length; i++)
            {
                var due = (every * round) + (every * i / mine.Length);
                if (due.TotalSeconds >= order.Seconds)
                    return times;
                if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early)
                    await Task.Delay(early);
                var asked = Stopwatch.GetTimestamp();
                await PutAsync(order.Url, "/v1/session/renew/" + mine[i], body: null);
                times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }
        }

        return times;
    }

    /// <summary>Writes one key after the other, which wakes those who wait for it.</summary>
    private static async Task WriteAsync(ConsulLoadOrder order, long started)
    {
        using var timer = new PeriodicTimer(BetweenWrites);
        for (var i = 0; Written.Count > 0 && Stopwatch.GetElapsedTime(started).TotalSeconds < order.Seconds; i++)
        {
            await timer.WaitForNextTickAsync();
            var key = i % Written.Count;
            Written[key] = Stopwatch.GetTimestamp();
            await PutAsync(order.Url, Path(key), i.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static async Task WatchAsync(Uri url, int key)
    {
        var index = "0";
        while (true)
        {
            var block = index == "0" ? "" : $"?wait=10m&index={index}";
            using var answer = await Http.GetAsync(new Uri(url, Path(key) + block));
            if (block.Length > 0 && Written[key] > 0)
            {
                lock (Woken)
                    Woken.Add(Stopwatch.GetElapsedTime(Written[key]).TotalMilliseconds);
                Interlocked.Increment(ref _wakeUps);
            }

            index = answer.Headers.GetValues("X-Consul-Index").Single();
        }
    }

    private static string Path(int key) => string.Create(CultureInfo.InvariantCulture, $"/v1/kv/watched/{key}");

    private static async Task<string> PutAsync(Uri url, string path, string? body)
    {
        using var answer = await Http.PutAsync(new Uri(url, path), body is null ? null : new StringContent(body));
        var text = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode == HttpStatusCode.OK ? text : throw new InvalidDataException($"{path}: {(int)answer.StatusCode} {text}");
    }
}
