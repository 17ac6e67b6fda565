using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using SsmSessions.Conformance.Tests.Consul.Linearizability;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>Many clients at one key, all at once: each reads, compares and sets, acquires, releases, destroys its session, at hosts taken at
/// random. Some do not wait for the answer. What they saw is the history.</summary>
/// <remarks>It can run again: its clients then go on with the sessions that they have. A client that finds no host any more stops.</remarks>
internal sealed class WriteStorm
{
    private readonly List<Operation<KeyOperation>> _history = [];
    private readonly Client[] _clients;
    private int _values;

    public WriteStorm(IReadOnlyList<Uri> hosts, string key, int seed, int clients = 50, bool deletes = true)
    {
        Deletes = deletes;
        Hosts = hosts;
        Key = key;
        Seed = seed;
        _clients = [.. Enumerable.Range(0, clients).Select(number => new Client(this, number))];
    }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>The sessions that the clients were given and have not destroyed.</summary>
    public IEnumerable<string> Sessions => _clients.Select(client => client.Session).OfType<string>();

    private IReadOnlyList<Uri> Hosts { get; }

    private int Seed { get; }

    /// <summary>Whether the key is deleted now and then, which takes it from its holder.</summary>
    private bool Deletes { get; }

    /// <summary>Runs until each client has done so much, or until it has taken so long.</summary>
    public async Task<IReadOnlyList<Operation<KeyOperation>>> RunAsync(int operationsPerClient, TimeSpan atMost)
    {
        using var over = new CancellationTokenSource(atMost);
        return await RunAsync(operationsPerClient, over.Token);
    }

    /// <summary>Runs until each client has done so much, or has lost its host, or until it is over.</summary>
    /// <returns>What was done in this run.</returns>
    public async Task<IReadOnlyList<Operation<KeyOperation>>> RunAsync(int operationsPerClient, CancellationToken over)
    {
        await Task.WhenAll(_clients.Select(client => Task.Run(() => client.RunAsync(operationsPerClient, over), CancellationToken.None)));
        lock (_history)
        {
            Operation<KeyOperation>[] history = [.. _history];
            _history.Clear();
            return history;
        }
    }

    /// <summary>Reads a key, when nobody else is at it.</summary>
    public static async Task<Operation<KeyOperation>> ReadAsync(ConsulClient client, string key)
    {
        var called = Stopwatch.GetTimestamp();
        var version = Version(await client.GetAsync("/v1/kv/" + key));
        return new Operation<KeyOperation>(new KeyOperation.Read(version), called, Stopwatch.GetTimestamp());
    }

    private static KeyVersion? Version(ConsulReply reply)
    {
        if (reply.Status == HttpStatusCode.NotFound)
            return null;
        var entry = reply.Json[0];
        return new KeyVersion(
            Encoding.UTF8.GetString(entry.GetProperty("Value").GetBytesFromBase64()),
            entry.TryGetProperty("Session", out var session) ? session.GetString() : null,
            entry.GetProperty("LockIndex").GetUInt64(),
            entry.GetProperty("ModifyIndex").GetUInt64());
    }

    private string NextValue() => Interlocked.Increment(ref _values).ToString(CultureInfo.InvariantCulture);

    private void Add(KeyOperation operation, long called, bool isKnown)
    {
        long? returned = isKnown ? Stopwatch.GetTimestamp() : null;
        lock (_history)
            _history.Add(new Operation<KeyOperation>(operation, called, returned));
    }

    /// <summary>One of the clients. It does one thing at a time.</summary>
    private sealed class Client(WriteStorm storm, int number)
    {
        private readonly Random _random = new((storm.Seed * 1_000) + number);
        private bool _mayHold;
        private bool _isLost;
        private KeyVersion? _known;

        public string? Session { get; private set; }

        public async Task RunAsync(int operations, CancellationToken over)
        {
            _isLost = false;
            using var api = new ConsulClient(storm.Hosts.OrderBy(_ => _random.Next()));
            for (var i = 0; i < operations && !over.IsCancellationRequested && !_isLost; i++)
            {
                if (Session is null && !await TryCreateSessionAsync(api))
                    return;
                await (_random.Next(100) switch
                {
                    < 30 => ReadAsync(api),
                    < 55 => CompareAndSetAsync(api),
                    < 60 when storm.Deletes => CompareAndDeleteAsync(api),
                    < 63 => PutAsync(api),
                    _ when _mayHold => _random.Next(4) == 0 ? DestroyAsync(api) : ReleaseAsync(api),
                    _ => AcquireAsync(api),
                });
            }
        }

        private async Task<bool> TryCreateSessionAsync(ConsulClient api)
        {
            try
            {
                Session = await api.CreateSessionAsync("""{"LockDelay":0}""");
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        private Task ReadAsync(ConsulClient api) => DoAsync(api, HttpMethod.Get, "", null, reply =>
        {
            _known = reply is null ? _known : Version(reply);
            return reply is null ? null : new KeyOperation.Read(_known);
        });

        private Task PutAsync(ConsulClient api)
        {
            var value = storm.NextValue();
            return DoAsync(api, HttpMethod.Put, "", value, _ => new KeyOperation.Put(value));
        }

        private async Task CompareAndSetAsync(ConsulClient api)
        {
            // Most of them with what was there a moment ago, some with what was there long ago.
            if (_random.Next(5) > 0)
                await ReadAsync(api);
            var (expected, value) = (_known, storm.NextValue());
            var query = string.Create(CultureInfo.InvariantCulture, $"?cas={expected?.ModifyIndex ?? 0}");
            await DoAsync(api, HttpMethod.Put, query, value, reply => new KeyOperation.CompareAndSet(expected, value, Told(reply)));
        }

        private Task CompareAndDeleteAsync(ConsulClient api)
        {
            if (_known is not { } expected)
                return ReadAsync(api);
            var query = string.Create(CultureInfo.InvariantCulture, $"?cas={expected.ModifyIndex}");
            return DoAsync(api, HttpMethod.Delete, query, null, reply => new KeyOperation.CompareAndDelete(expected, Told(reply)));
        }

        private Task AcquireAsync(ConsulClient api)
        {
            var (session, value) = (Session!, storm.NextValue());
            return DoAsync(api, HttpMethod.Put, "?acquire=" + session, value, reply =>
            {
                _mayHold = Told(reply) ?? true;
                return new KeyOperation.Acquire(session, value, Told(reply));
            });
        }

        private Task ReleaseAsync(ConsulClient api)
        {
            var (session, value) = (Session!, storm.NextValue());
            _mayHold = false;
            return DoAsync(api, HttpMethod.Put, "?release=" + session, value, reply => new KeyOperation.Release(session, value, Told(reply)));
        }

        private async Task DestroyAsync(ConsulClient api)
        {
            var session = Session!;
            (Session, _mayHold) = (null, false);
            var called = Stopwatch.GetTimestamp();
            ConsulReply? reply = null;
            try
            {
                reply = await api.PutAsync("/v1/session/destroy/" + session);
            }
            catch (HttpRequestException)
            {
                _isLost = true;
            }

            storm.Add(new KeyOperation.Destroy(session), called, reply?.Status == HttpStatusCode.OK);
        }

        /// <summary>Sends a request, and keeps what came of it. An error, or no answer, says nothing.</summary>
        private async Task DoAsync(ConsulClient api, HttpMethod method, string query, string? value, Func<ConsulReply?, KeyOperation?> what)
        {
            using var impatience = new CancellationTokenSource();
            if (_random.Next(150) == 0)
                impatience.CancelAfter(TimeSpan.FromMilliseconds(_random.Next(10)));
            var called = Stopwatch.GetTimestamp();
            ConsulReply? reply = null;
            try
            {
                reply = await api.SendAsync(method, $"/v1/kv/{storm.Key}{query}", value is null ? null : new StringContent(value), impatience.Token);
            }
            catch (Exception lost) when (lost is OperationCanceledException or HttpRequestException)
            {
                // It may have been carried out.
                _isLost = lost is HttpRequestException;
            }

            if (reply?.Status is not (HttpStatusCode.OK or HttpStatusCode.NotFound))
                reply = null;
            if (what(reply) is { } operation)
                storm.Add(operation, called, isKnown: reply is not null);
        }

        private static bool? Told(ConsulReply? reply) => reply?.Json.GetBoolean();
    }
}
