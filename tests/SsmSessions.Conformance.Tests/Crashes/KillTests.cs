using System.Diagnostics;
using SsmSessions.Conformance.Tests.DataChannels;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>The host is killed (SIGKILL) at random moments, again and again: what was acknowledged is true ever after.</summary>
/// <remarks><c>SSMSESSIONS_TEST_KILLS=200</c> says how often, <c>SSMSESSIONS_TEST_SEED</c> repeats a run's decisions.</remarks>
public sealed class KillTests : IDisposable
{
    private const string Target = "i-00000000000000abc";
    private const int MostWritesBetweenKills = 400;
    private const int Locks = 2;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestStart = TimeSpan.FromMilliseconds(1_500);
    private static readonly TimeSpan LongestStop = TimeSpan.FromMilliseconds(150);

    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;
    private readonly Uri _url = new($"http://127.0.0.1:{FreePort.Next()}/");
    private readonly Journal _journal = new();
    private readonly List<double> _starts = [];
    private readonly int _seed = CrashRun.Seed;
    private readonly Random _random;
    private readonly LockHistory[] _locks;
    private readonly Dictionary<string, int> _kills = new(StringComparer.Ordinal);

    public KillTests()
    {
        _random = new Random(_seed);
        _locks = [.. Enumerable.Range(0, Locks).Select(i => new LockHistory([_url], $"crash/{i}", _seed + i, deletes: i > 0, _journal))];
    }

    private string[] Arguments => ["--urls", _url.ToString(), "--data", _folder, "--node", $"{Target}=echo"];

    private int Kills => _kills.Values.Sum();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_acknowledged_is_true_after_every_kill()
    {
        BeforeKill? before = null;
        while (Kills < CrashRun.Kills)
        {
            await using var host = await StartAsync();
            await CheckAsync(before);
            before = await KillUnderLoadAsync(host, isFirst: before is null);
            while (Kills < CrashRun.Kills && _random.Next(4) == 0)
            {
                var wasReady = await ServiceProcess.KillWhileStartingAsync(LongestStart * _random.NextDouble(), Arguments);
                Count(wasReady ? "just after the start" : "while starting");
            }
        }

        await using var last = await StartAsync();
        await CheckAsync(before);
        foreach (var held in _locks)
            held.CheckHolders();
        Tell();
        AssertNoViolation();
        Assert.All(_locks, held => Assert.True(held.Acquisitions > 0, "no lock was ever acquired"));
    }

    private async Task<ServiceProcess> StartAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var host = await ServiceProcess.StartAsync(Arguments);
        _starts.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return host;
    }

    /// <summary>Loads the host until so much is acknowledged, and kills it: at once, or while it stops.</summary>
    private async Task<BeforeKill> KillUnderLoadAsync(ServiceProcess host, bool isFirst)
    {
        var load = new MixedLoad(_url, _journal, Target, _seed + Kills) { EndsWithHost = true };
        if (isFirst)
            await load.PrepareAsync();
        var before = await BeforeKill.ReadAsync(_url, _journal, Target);
        using var stop = new CancellationTokenSource();
        var moment = _journal.WaitForAcknowledgedAsync(_random.Next(1, MostWritesBetweenKills));
        Task[] working = [load.RunAsync(stop.Token), .. _locks.Select(held => held.RunAsync(stop.Token))];
        await moment.WaitAsync(Deadline);
        var isStopping = _random.Next(4) == 0;
        if (isStopping)
        {
            _journal.HostStops();
            await host.SignalAsync("TERM");
            await Task.Delay(LongestStop * _random.NextDouble());
        }

        await host.KillAsync();
        await stop.CancelAsync();
        await Task.WhenAll(working).WaitAsync(Deadline);
        _journal.HostDied();
        Count(isStopping ? "while stopping" : "under load");
        return before;
    }

    /// <summary>Looks at everything after a start.</summary>
    private async Task CheckAsync(BeforeKill? before)
    {
        await new StateCheck(_url, _journal).RunAsync();
        foreach (var held in _locks)
            await held.CheckAsync();
        if (before is not null)
            await before.CheckAsync(_url, _journal);
        AssertNoViolation();
    }

    private void Count(string moment) => _kills[moment] = _kills.GetValueOrDefault(moment) + 1;

    private void Tell()
    {
        _starts.Sort();
        Figures.Tell(FormattableString.Invariant(
            $"seed {_seed}: {Kills} kills ({string.Join(", ", _kills.Select(kill => $"{kill.Value} {kill.Key}"))}): {_journal.Describe()}; {_locks.Sum(held => held.Operations)} operations on locks, {_locks.Sum(held => held.Acquisitions)} acquired; ready after {_starts[_starts.Count / 2]:F2} s (median), {_starts[^1]:F2} s at most"));
    }

    private void AssertNoViolation() => Assert.True(
        _journal.Violations.IsEmpty, $"seed {_seed}, kill {Kills}: {_journal.Describe()}\n{string.Join('\n', _journal.Violations.Take(20))}");
}
