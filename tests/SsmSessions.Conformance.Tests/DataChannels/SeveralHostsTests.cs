using System.Diagnostics;
using System.Globalization;
using SsmSessions.Conformance.Tests.Hosts;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>Three host processes on one DynamoDB table, each with a node of its own.</summary>
[Collection("DynamoDB")]
public sealed class SeveralHostsTests : IAsyncLifetime
{
    private static readonly string[] Names = ["a", "b", "c"];

    /// <summary>A host is taken for dead after 6 s, and looked for every 6 s.</summary>
    private static readonly TimeSpan BuriedWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private HostProcesses _hosts = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a node of kind local has shells on Linux only");
        _hosts = await HostProcesses.StartAsync(Names.Select(name => (name, NodeOf(name))), "local");
    }

    public ValueTask DisposeAsync() => _hosts is null ? default : _hosts.DisposeAsync();

    [Fact]
    public async Task A_session_started_on_any_host_opens_through_any_host()
    {
        foreach (var starter in _hosts.All)
        {
            for (var door = 0; door < Names.Length; door++)
            {
                // The node is that of the next host: three different ones take part, or two.
                await using var shell = await Shell.OpenAsync(starter, _hosts[door], NodeOf(Names[(door + 1) % Names.Length]));
                await shell.Client.SendInputAsync("exit\r");
                Assert.Equal("", await shell.Client.WaitForChannelClosedAsync());
                foreach (var host in _hosts.All)
                    await shell.WaitForStatusAsync(host, "Terminated", Deadline);
            }
        }
    }

    [Fact]
    public async Task A_session_resumes_through_another_host_with_nothing_lost()
    {
        await using var shell = await Shell.OpenAsync(_hosts[0], _hosts[1], NodeOf("c"));
        await shell.Client.SendInputAsync("i=0; while read line; do i=$((i+1)); echo cou''nted $i; done\r");
        for (var i = 1; i <= 6; i++)
        {
            shell.Client.Abort();
            await shell.WaitForStatusAsync(_hosts[2], "Disconnected", Deadline);
            // Typed while there is no connection: the client sends it when it is back.
            await shell.Client.SendInputAsync("x\r");
            var resumed = await ResumeAsync(_hosts[i % 3], shell.Session.Id);
            await shell.Client.ReopenAsync(Shell.Through(_hosts[(i + 1) % 3], resumed.StreamUrl), resumed.Token);
            await shell.Client.ReadUntilAsync(string.Create(CultureInfo.InvariantCulture, $"counted {i}\r\n"));
        }
    }

    [Fact]
    public async Task TerminateSession_on_another_host_closes_the_channel_at_once()
    {
        foreach (var other in _hosts.All)
        {
            await using var shell = await Shell.OpenAsync(_hosts[0], _hosts[0], NodeOf("a"));
            using var api = new ApiClient(other.Url);
            var start = Stopwatch.GetTimestamp();
            await api.CallAsync("TerminateSession", $$"""{"SessionId":"{{shell.Session.Id}}"}""");
            Assert.Equal("", await shell.Client.WaitForChannelClosedAsync());
            Figures.Tell(FormattableString.Invariant(
                $"ended on {(other == _hosts[0] ? "its own" : "another")} host: told within {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s"));
            await Eventually.IsTrueAsync(() => LinuxSessions.MembersOf(new HashSet<int> { shell.Process }).Count == 0, Deadline);
        }
    }

    [Fact]
    public async Task Sessions_of_a_killed_host_are_ended_by_the_others()
    {
        await using var relayed = await Shell.OpenAsync(_hosts[0], _hosts[1], NodeOf("c"));
        await using var direct = await Shell.OpenAsync(_hosts[2], _hosts[2], NodeOf("c"));
        await using var elsewhere = await Shell.OpenAsync(_hosts[0], _hosts[0], NodeOf("a"));
        var start = Stopwatch.GetTimestamp();

        await _hosts[2].KillAsync();

        await relayed.Client.WaitForSocketEndAsync();
        foreach (var host in _hosts.All.Take(2))
        {
            await relayed.WaitForStatusAsync(host, "Terminated", BuriedWithin);
            await direct.WaitForStatusAsync(host, "Terminated", BuriedWithin);
        }

        Figures.Tell(FormattableString.Invariant($"ended by the others {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s after the kill"));
        await elsewhere.Client.SendInputAsync("echo ali''ve\r");
        await elsewhere.Client.ReadUntilAsync("alive");
    }

    private static string NodeOf(string host) => $"i-0000000000000000{host}";

    private static async Task<StartedChannel> ResumeAsync(ServiceProcess host, string sessionId)
    {
        using var api = new ApiClient(host.Url);
        var (status, body) = await api.CallAsync("ResumeSession", $$"""{"SessionId":"{{sessionId}}"}""");
        return StartedChannel.Read(status, body);
    }
}
