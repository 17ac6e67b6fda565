using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.TrueNas;

/// <summary>Tells subscribers which sessions of their account appear and vanish. Looks once a second, on whatever host they live, as long as
/// anybody wants to know. The service's own sessions raise no events.</summary>
internal sealed class SessionEvents(SessionRows rows, RealTime realTime, ILogger<SessionEvents> log)
{
    public const string Collection = "auth.sessions";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Watch> _watches = new(StringComparer.Ordinal);

    /// <summary>Subscribes; disposing what is returned ends it.</summary>
    /// <param name="account">The account.</param>
    /// <param name="tell">Is given the event; must not throw.</param>
    public IDisposable Subscribe(string account, Func<JsonObject, Task> tell)
    {
        lock (_lock)
        {
            if (!_watches.TryGetValue(account, out var watch))
            {
                _watches[account] = watch = new Watch(account);
                _ = Task.Run(() => WatchAsync(watch));
            }

            watch.Subscribers.Add(tell);
            return new Subscription(() => Unsubscribe(watch, tell));
        }
    }

    private void Unsubscribe(Watch watch, Func<JsonObject, Task> tell)
    {
        lock (_lock)
        {
            watch.Subscribers.Remove(tell);
            if (watch.Subscribers.Count > 0)
                return;
            _watches.Remove(watch.Account);
            watch.IsOver = true;
        }
    }

    private async Task WatchAsync(Watch watch)
    {
        using var timer = new PeriodicTimer(Interval, realTime.Clock);
        Dictionary<Guid, SessionRow>? known = null;
        do
        {
            try
            {
                // Records from outside may share an id.
                var now = new Dictionary<Guid, SessionRow>();
                foreach (var row in (await rows.AllAsync(watch.Account, CancellationToken.None)).Where(row => !row.IsInternal))
                    now.TryAdd(row.Id, row);
                if (known is not null)
                    await TellAsync(watch, EventsBetween(known, now));
                known = now;
            }
            catch (Exception failure)
            {
                // The next round may succeed: the store may be back by then.
                log.TrueNasEventsFailed(failure);
            }
        }
        while (!watch.IsOver && await timer.WaitForNextTickAsync());
    }

    private async Task TellAsync(Watch watch, IEnumerable<JsonObject> events)
    {
        Func<JsonObject, Task>[] subscribers;
        lock (_lock)
            subscribers = [.. watch.Subscribers];
        foreach (var happened in events)
            await Task.WhenAll(subscribers.Select(tell => tell((JsonObject)happened.DeepClone())));
    }

    private static IEnumerable<JsonObject> EventsBetween(Dictionary<Guid, SessionRow> before, Dictionary<Guid, SessionRow> now)
    {
        foreach (var row in before.Values.Where(row => !now.ContainsKey(row.Id)))
        {
            yield return new JsonObject
            {
                ["msg"] = "removed",
                ["collection"] = Collection,
                ["extra"] = new JsonObject { ["fields"] = new JsonObject { ["id"] = row.Id.ToString() } },
            };
        }

        foreach (var row in now.Values.Where(row => !before.ContainsKey(row.Id)))
            yield return new JsonObject { ["msg"] = "added", ["collection"] = Collection, ["fields"] = row.ToEventFields() };
    }

    private sealed class Watch(string account)
    {
        public string Account => account;

        public List<Func<JsonObject, Task>> Subscribers { get; } = [];

        public volatile bool IsOver;
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
