using System.Globalization;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul;

/// <summary>How a read is to be done: which consistency, and what to wait for (spec/consul-sessions.md §5, §6).</summary>
/// <param name="IsStale">Any host may answer with what it knows.</param>
/// <param name="IsConsistent">The answer must be the latest. It always is, unless stale.</param>
/// <param name="Index">Wait until the result's index is greater; 0 does not wait.</param>
/// <param name="Wait">How long to wait, before the random extra.</param>
internal sealed record ReadOptions(bool IsStale, bool IsConsistent, ulong Index, TimeSpan Wait)
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>The word for <c>X-Consul-Effective-Consistency</c>.</summary>
    public string Consistency => this switch
    {
        { IsConsistent: true } => "consistent",
        { IsStale: true } => "stale",
        _ => "leader",
    };

    /// <exception cref="ConsulException">An option makes no sense.</exception>
    public static ReadOptions Of(ConsulRequest request)
    {
        var query = request.Query;
        var stale = query.Has("stale");
        var consistent = query.Has("consistent");
        if (query.Get("max_stale") is { Length: > 0 } maxStale)
        {
            var (nanoseconds, failure) = GoDuration.Parse(maxStale);
            if (failure is not null)
                throw new ConsulException(400, "Invalid max_stale value " + GoText.Quote(maxStale));
            stale |= nanoseconds > 0;
        }

        if (consistent && stale)
            throw new ConsulException(400, "Cannot specify ?stale with ?consistent, conflicting semantics.");
        if (consistent && query.Has("cached"))
            throw new ConsulException(400, "Cannot specify ?cached with ?consistent, conflicting semantics.");
        CheckCacheControl(request.Http.Request.Headers.CacheControl.ToString());
        var wait = WaitOf(query.Get("wait"));
        var index = query.Get("index");
        if (index.Length > 0 && !GoNumber.TryParse(index, out _))
            throw new ConsulException(400, "Invalid index");
        return new ReadOptions(stale, consistent, index.Length > 0 ? GoNumber.Parse(index) : 0, wait);
    }

    private static TimeSpan WaitOf(string text)
    {
        if (text.Length == 0)
            return DefaultWait;
        var (nanoseconds, failure) = GoDuration.Parse(text);
        if (failure is not null)
            throw new ConsulException(400, "Invalid wait time");
        var wait = GoDuration.ToTimeSpan(nanoseconds);
        if (nanoseconds <= 0)
            return DefaultWait;
        return wait > LongestWait ? LongestWait : wait;
    }

    /// <summary>Nothing is cached, but a value that is no number is refused.</summary>
    private static void CheckCacheControl(string header)
    {
        foreach (var part in header.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries))
        {
            foreach (var name in (ReadOnlySpan<string>)["max-age=", "stale-if-error="])
            {
                if (part.StartsWith(name, StringComparison.Ordinal)
                    && !long.TryParse(part.AsSpan(name.Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
                {
                    throw new ConsulException(400, "Invalid Cache-Control header.");
                }
            }
        }
    }
}
