using SsmSessions.Conformance.Tests.Clients;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.Store;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>Real clients elect a leader, which is killed again and again: there is never more than one, and soon another.</summary>
public abstract class ElectionContract
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LockDelay = TimeSpan.FromMilliseconds(100);

    private protected virtual int Kills => 20;

    [Fact]
    public async Task Of_candidates_of_every_kind_one_leads_though_it_is_killed_again_and_again() =>
        await ElectAsync(Kills, await RealClient.NpmConsulAsync("2"), await RealClient.NpmConsulAsync("0.40.0"), await RealClient.PythonConsulAsync());

    /// <summary>Starts the service, with a lower bound of times to live that is low, and runs an election there. The candidates take the hosts
    /// in turn.</summary>
    private protected abstract Task RunAsync(Func<IReadOnlyList<Uri>, Task> electAsync);

    private protected Task ElectAsync(int kills, params RealClient[] kinds) => RunAsync(async hosts =>
    {
        var terms = new ElectionTerms($"election/{Guid.NewGuid():N}", TimeToLive, LockDelay);
        var election = new Election(kinds, hosts, terms);
        await using (election)
            await election.KillLeadersAsync(kills);
        TestContext.Current.TestOutputHelper?.WriteLine(Describe(election));

        // Terms are LockIndexes: each leader has another one, and a later one a higher one.
        var inOrder = election.Leaderships.OrderBy(leadership => leadership.Term).ToArray();
        Assert.Equal(inOrder.Length, inOrder.DistinctBy(leadership => leadership.Term).Count());
        foreach (var (former, next) in inOrder.Zip(inOrder.Skip(1)))
            Assert.True(former.Until <= next.At, $"term {former.Term} lasts until {former.Until}, and term {next.Term} begins at {next.At}");

        // What a leader counted no other one counted, and none counted after a later one.
        var counts = election.Counts.OrderBy(count => count.Count).ToArray();
        Assert.Equal(counts.Length, counts.DistinctBy(count => count.Count).Count());
        Assert.Equal(counts.Select(count => count.Term).Order(), counts.Select(count => count.Term));

        using var client = new ConsulClient(hosts);
        var last = System.Text.Json.JsonDocument.Parse((await client.KeyAsync(terms.Key + "/count"))!.Value.GetProperty("Value").GetBytesFromBase64()).RootElement;
        Assert.InRange(last.GetProperty("count").GetInt64(), counts.Length, counts.Length + election.Leaderships.Count);
    });

    private static string Describe(Election election)
    {
        var gaps = election.Gaps.Order().ToArray();
        var leaders = election.Leaderships.GroupBy(leadership => leadership.Leader.Kind.Name).Select(kind => $"{kind.Key} {kind.Count()}");
        return $"{election.Leaderships.Count} leaders ({string.Join(", ", leaders)}), {election.Leaderships.Count(leadership => leadership.IsOver)} not killed; "
            + $"counted to {election.Counts.Count}; none led for {gaps[gaps.Length / 2].TotalMilliseconds:0} ms in the middle, {gaps[^1].TotalMilliseconds:0} ms at most";
    }
}

/// <summary>The service as a process of its own.</summary>
public sealed class ElectionTests : ElectionContract
{
    private const int Few = 3;

    [Fact]
    public async Task Of_candidates_by_npm_one_leads() => await ElectAsync(Few, await RealClient.NpmConsulAsync("2"));

    [Fact]
    public async Task Of_candidates_by_the_lock_of_old_npm_one_leads() => await ElectAsync(Few, await RealClient.NpmConsulAsync("0.40.0"));

    [Fact]
    public async Task Of_candidates_by_Python_one_leads() => await ElectAsync(Few, await RealClient.PythonConsulAsync());

    private protected override async Task RunAsync(Func<IReadOnlyList<Uri>, Task> electAsync)
    {
        await using var service = await ServiceProcess.StartAsync("--store", "memory", "--consul-session-ttl-min", "250ms");
        await electAsync([service.Url]);
    }
}

/// <summary>Three hosts on one table: each candidate asks one of them.</summary>
public sealed class ElectionOnSeveralHostsTests : ElectionContract
{
    private protected override int Kills => 8;

    private protected override async Task RunAsync(Func<IReadOnlyList<Uri>, Task> electAsync)
    {
        await using var table = new SqliteTable(new SqliteTableOptions(), TimeProvider.System);
        await table.OpenAsync(default);
        await using var world = await ConsulWorld.StartAsync(
            Enumerable.Range(0, 3).Select(_ => new SharedTable(table)), clock: null, options => options.ConsulSessionTtlMin = TimeSpan.FromMilliseconds(250));
        await electAsync(world.Urls);
    }
}

/// <summary>Another implementation, which an environment variable names, with a session_ttl_min of 500 ms or less.</summary>
public sealed class ElectionElsewhereTests : ElectionContract
{
    private protected override async Task RunAsync(Func<IReadOnlyList<Uri>, Task> electAsync)
    {
        await using var world = await ConsulElsewhere.RequireAsync();
        await electAsync(world.Urls);
    }
}
