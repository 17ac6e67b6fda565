using System.Diagnostics;
using System.Globalization;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>Runs alone: what is measured here are the seconds and the memory of a host.</summary>
[CollectionDefinition(nameof(HostLifecycle), DisableParallelization = true)]
public sealed class HostLifecycle;

/// <summary>What becomes of shells when their host ends, and of their host when nobody reads them.</summary>
[Collection(nameof(HostLifecycle))]
public sealed class HostLifecycleTests : IDisposable
{
    private const int Sessions = 200;
    private const int OpenedAtOnce = 20;
    private const long MostGrowthBytes = 150 * 1000 * 1000;
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    /// <summary>For how long nobody reads; <c>SSMSESSIONS_TEST_SLOW_SECONDS</c> says it for a longer run.</summary>
    private static TimeSpan SlowFor => TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("SSMSESSIONS_TEST_SLOW_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 8);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_signal_to_stop_ends_200_sessions_and_all_that_runs_in_them()
    {
        await using var host = await StartAsync();
        var (shells, processes) = await OpenAsync(host);
        var start = Stopwatch.GetTimestamp();

        Assert.Equal(0, await host.StopAsync());

        var elapsed = Stopwatch.GetElapsedTime(start);
        Assert.Empty(LinuxSessions.MembersOf(processes));
        Figures.Tell(FormattableString.Invariant($"{Sessions} sessions: stopped within {elapsed.TotalSeconds:F2} s"));
        Assert.True(elapsed < StopsWithin, $"it took {elapsed}");
        foreach (var shell in shells)
            Assert.Equal("The service is shutting down.", await shell.Client.WaitForChannelClosedAsync());
        await AssertTerminatedAsync(shells);
        await CloseAsync(shells);
    }

    [Fact]
    public async Task A_killed_host_takes_200_sessions_and_all_that_runs_in_them_along()
    {
        await using var host = await StartAsync();
        var (shells, processes) = await OpenAsync(host);
        var start = Stopwatch.GetTimestamp();

        await host.KillAsync();

        await Eventually.IsTrueAsync(() => LinuxSessions.MembersOf(processes).Count == 0, Deadline);
        Figures.Tell(FormattableString.Invariant($"{Sessions} sessions: all processes gone {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s after the kill"));
        await AssertTerminatedAsync(shells);
        await CloseAsync(shells);
    }

    [Fact]
    public async Task Clients_that_hardly_read_cost_the_host_little_memory()
    {
        const int Readers = 4;
        await using var host = await StartAsync();
        var readers = new List<(DataChannelClient Client, SemaphoreSlim Gate)>();
        for (var i = 0; i < Readers; i++)
            readers.Add(await OpenSlowAsync(host));
        var before = LinuxSessions.ResidentBytes(host.Id);
        foreach (var (client, _) in readers)
            await client.SendInputAsync("yes\r");

        var peak = before;
        var start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Stopwatch.GetElapsedTime(start) < SlowFor && await timer.WaitForNextTickAsync())
        {
            peak = Math.Max(peak, LinuxSessions.ResidentBytes(host.Id));
            // The first one reads nothing at all.
            foreach (var (_, gate) in readers.Skip(1))
                gate.Release();
        }

        Figures.Tell(FormattableString.Invariant($"{Readers} readers of yes, {SlowFor.TotalSeconds} s: resident {before / 1e6:F0} MB, at most {peak / 1e6:F0} MB"));
        Assert.True(peak - before < MostGrowthBytes, $"it grew from {before} to {peak} bytes");
        foreach (var (client, gate) in readers)
        {
            gate.Release(int.MaxValue / 2);
            await client.SendInputAsync("\x03");
            await client.SendInputAsync("exit\r");
            Assert.Equal("", await client.WaitForChannelClosedAsync());
            await client.DisposeAsync();
        }
    }

    private Task<ServiceProcess> StartAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a node of kind local has shells on Linux only");
        return ServiceProcess.StartAsync("--data", _folder, "--node", $"{SessionRequest.Target}=local");
    }

    /// <summary>Opens shells, half of which run something.</summary>
    private static async Task<(Shell[] Shells, HashSet<int> Processes)> OpenAsync(ServiceProcess host)
    {
        var shells = new Shell[Sessions];
        await Parallel.ForAsync(0, Sessions, new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce }, async (i, _) =>
        {
            shells[i] = await Shell.OpenAsync(host);
            if (i % 2 == 0)
                await shells[i].Client.SendInputAsync("sleep 1000\r");
        });
        var processes = shells.Select(shell => shell.Process).ToHashSet();
        Assert.Equal(Sessions, processes.Count);
        await Eventually.IsTrueAsync(() => LinuxSessions.MembersOf(processes).Count == Sessions + (Sessions / 2), Deadline);
        return (shells, processes);
    }

    /// <summary>A shell whose output is taken message by message, as the gate lets it.</summary>
    private static async Task<(DataChannelClient Client, SemaphoreSlim Gate)> OpenSlowAsync(ServiceProcess host)
    {
        var gate = new SemaphoreSlim(0);
        using var api = new ApiClient(host.Url);
        var (status, body) = await api.CallAsync("StartSession", new SessionRequest().ToJson());
        var session = StartedChannel.Read(status, body);
        var client = await DataChannelClient.ConnectAsync(
            session.StreamUrl, session.Token, new DataChannelClientOptions { OnOutput = (_, _) => gate.Wait(), Deadline = Deadline });
        await client.WaitUntilReadyAsync();
        return (client, gate);
    }

    private async Task AssertTerminatedAsync(Shell[] shells)
    {
        await using var next = await StartAsync();
        foreach (var shell in shells)
            await shell.WaitForStatusAsync(next, "Terminated", Deadline);
    }

    private static async Task CloseAsync(Shell[] shells)
    {
        foreach (var shell in shells)
            await shell.DisposeAsync();
    }
}
