using System.Globalization;
using Microsoft.Extensions.Hosting;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Store;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.Consul;

/// <summary>
/// Reads, and reads that wait (spec/consul-sessions.md §5). Who waits costs a watch and a timer; it wakes when something changes, its time is
/// up, its client has gone or the service stops.
/// </summary>
internal sealed class BlockingQueries(LeaseRegistry registry, RealTime realTime, IHostApplicationLifetime lifetime)
{
    /// <summary>The random extra is less than this part of the wait, so that watchers do not all come back at once.</summary>
    private const int JitterFraction = 16;

    private static readonly KeyValuePair<string, string>[] FailedHeaders =
        [new("X-Consul-Index", "1"), new("X-Consul-Knownleader", "false"), new("X-Consul-Lastcontact", "0"), new("X-Consul-Query-Backend", "blocking-query")];

    /// <summary>Answers a read. Datacenter and token are checked first.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">Its options.</param>
    /// <param name="topic">What it waits for.</param>
    /// <param name="index">The index of the result.</param>
    /// <param name="answer">The result; the index headers are added to it.</param>
    public async Task<ConsulAnswer> AnswerAsync(
        ConsulRequest request, ReadOptions options, LeaseTopic topic, Func<LeaseState, ulong> index, Func<LeaseState, ConsulAnswer> answer)
    {
        try
        {
            request.RequireDatacenter();
            _ = request.Rights;
            var state = await ReadAsync(request, options, topic, index);
            return answer(state).With(HeadersOf(options, topic, Math.Max(index(state), LeaseState.FirstIndex)));
        }
        catch (ConsulException failure) when (topic.Kind is not (LeaseTopicKind.Key or LeaseTopicKind.KeysUnder))
        {
            throw new ConsulException(failure.Status, failure.Message) { Headers = FailedHeaders };
        }
    }

    private async Task<LeaseState> ReadAsync(ConsulRequest request, ReadOptions options, LeaseTopic topic, Func<LeaseState, ulong> index)
    {
        if (options.Index == 0)
            return await ReadAsync(options, request.Aborted);

        var clock = realTime.Clock;
        var start = clock.GetTimestamp();
        var time = options.Wait + Jitter(options.Wait);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, lifetime.ApplicationStopping);
        while (true)
        {
            using var watch = registry.Watch(topic);
            var state = await ReadAsync(options, request.Aborted);
            if (index(state) > options.Index)
                return state;
            // Timers count whole milliseconds.
            var left = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((time - clock.GetElapsedTime(start)).TotalMilliseconds)));
            await watch.Changed.WaitAsync(left, clock, given.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            request.Aborted.ThrowIfCancellationRequested();
            if (!watch.Changed.IsCompleted)
                return await ReadAsync(options, request.Aborted);
        }
    }

    private async ValueTask<LeaseState> ReadAsync(ReadOptions options, CancellationToken cancellationToken)
    {
        if (options.IsStale)
            return registry.Known;
        try
        {
            return await registry.ReadAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            throw ConsulException.NoLeader();
        }
    }

    private static KeyValuePair<string, string>[] HeadersOf(ReadOptions options, LeaseTopic topic, ulong index)
    {
        KeyValuePair<string, string>[] headers =
        [
            new("X-Consul-Index", index.ToString(CultureInfo.InvariantCulture)),
            new("X-Consul-Knownleader", "true"),
            new("X-Consul-Lastcontact", "0"),
            new("X-Consul-Query-Backend", "blocking-query"),
        ];
        return topic.Kind == LeaseTopicKind.Catalog ? [.. headers, new("X-Consul-Effective-Consistency", options.Consistency)] : headers;
    }

    private static TimeSpan Jitter(TimeSpan wait) => TimeSpan.FromTicks(Random.Shared.NextInt64(Math.Max(1, wait.Ticks / JitterFraction)));
}
