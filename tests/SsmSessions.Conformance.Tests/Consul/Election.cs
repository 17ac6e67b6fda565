using System.Diagnostics;
using System.Threading.Channels;
using SsmSessions.Conformance.Tests.Clients;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>Five candidates, and what became known of who led.</summary>
internal sealed class Election(IReadOnlyList<RealClient> kinds, IReadOnlyList<Uri> hosts, ElectionTerms terms) : IAsyncDisposable
{
    private const int Candidates = 5;
    private const int CountsBeforeTheEnd = 3;

    /// <summary>What a busy machine may take longer.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(8);

    private readonly Channel<CandidateEvent> _told = System.Threading.Channels.Channel.CreateUnbounded<CandidateEvent>();
    private readonly List<Candidate> _candidates = [];
    private readonly List<CandidateEvent> _history = [];
    private int _started;

    /// <summary>Everybody who led, in the order in which it became known.</summary>
    public List<Leadership> Leaderships { get; } = [];

    /// <summary>How long there was none, each time that the leader was killed.</summary>
    public List<TimeSpan> Gaps { get; } = [];

    /// <summary>Every count that was acknowledged, with the term of who counted.</summary>
    public List<(long Count, long Term)> Counts { get; } = [];

    /// <summary>Kills whoever leads, so many times.</summary>
    public async Task KillLeadersAsync(int kills)
    {
        for (var i = 0; i < Candidates; i++)
            Start(kinds[i % kinds.Count]);
        var limit = (terms.TimeToLive * 2) + terms.LockDelay + Slack;
        for (var killed = 0; killed < kills; killed++)
        {
            await WaitAsync(() => Leaderships is [.., { Counts: >= CountsBeforeTheEnd, IsOver: false }], limit);
            var leader = Leaderships[^1].Leader;
            await leader.KillAsync();
            var since = Stopwatch.GetTimestamp();
            _candidates.Remove(leader);
            Start(leader.Kind);
            await leader.DisposeAsync();
            await WaitAsync(() => Leaderships[^1] is { IsOver: false } next && next.Leader != leader, limit);
            Gaps.Add(Stopwatch.GetElapsedTime(since));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var candidate in _candidates)
            await candidate.DisposeAsync();
        while (_told.Reader.TryRead(out var told))
            Note(told);
    }

    /// <summary>Starts one more, at the next of the hosts.</summary>
    private void Start(RealClient kind) => _candidates.Add(Candidate.Start(kind, hosts[_started++ % hosts.Count], terms, _told.Writer));

    private async Task WaitAsync(Func<bool> condition, TimeSpan limit)
    {
        using var late = new CancellationTokenSource(limit);
        try
        {
            while (!condition())
                Note(await _told.Reader.ReadAsync(late.Token));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"nobody leads after {limit}: " + string.Join('\n', _history.TakeLast(30).Select(told => $"{told.Who.Kind.Name} {told.What} {told.Details}")));
        }
    }

    private void Note(CandidateEvent told)
    {
        _history.Add(told);
        var current = Leaderships.FindLast(leadership => leadership.Leader == told.Who);
        switch (told.What)
        {
            case "leading":
                Leaderships.Add(new Leadership(told.Who, told.Number("term"), told.Number("at")) { Until = told.Number("until") });
                break;
            case "held":
                current?.Until = told.Number("until");
                break;
            case "counted":
                current!.Counts++;
                Counts.Add((told.Number("count"), told.Number("term")));
                break;
            case "lost":
                current!.IsOver = true;
                break;
        }
    }
}

/// <summary>A time during which one candidate led.</summary>
/// <param name="Leader">Who.</param>
/// <param name="Term">The key's LockIndex.</param>
/// <param name="At">When it knew, microseconds.</param>
internal sealed record Leadership(Candidate Leader, long Term, long At)
{
    /// <summary>Until when nobody else can: a time to live after it last asked that its session be renewed, which it was.</summary>
    public long Until { get; set; }

    /// <summary>How often it counted.</summary>
    public int Counts { get; set; }

    /// <summary>It lost the lead without being killed: it did not come to renew its session.</summary>
    public bool IsOver { get; set; }
}
