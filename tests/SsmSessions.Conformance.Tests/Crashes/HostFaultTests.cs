using System.Diagnostics;
using System.Globalization;
using SsmSessions.Conformance.Tests.Consul;
using SsmSessions.Conformance.Tests.DataChannels;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>Hosts on one table, one of which is killed, stands still or is cut off: what it had the others end in time, and it does not take it
/// back when it goes on.</summary>
[Collection("DynamoDB")]
public sealed class HostFaultTests : IAsyncLifetime
{
    /// <summary>A host is dead after 6 s, and looked for every 6 s; a busy machine takes longer.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly List<ServiceProcess> _hosts = [];
    private readonly List<ScriptedDynamoDb> _networks = [];
    private readonly Journal _journal = new();
    private readonly int _seed = CrashRun.Seed;

    private string _table = "";

    private ServiceProcess A => _hosts[0];

    private ServiceProcess B => _hosts[1];

    private ServiceProcess C => _hosts[2];

    public async ValueTask InitializeAsync()
    {
        var emulator = await DynamoDbEmulator.RequireAsync();
        Assert.SkipWhen(emulator.MostTransactionItems == 0, $"{emulator.Name} has no transactions, which starting a session needs");
        _table = emulator.NewTable().TableName;
        foreach (var name in (string[])["a", "b", "c"])
        {
            var network = await ScriptedDynamoDb.StartAsync(emulator.Url);
            _networks.Add(network);
            var url = $"http://127.0.0.1:{FreePort.Next()}";
            _hosts.Add(await ServiceProcess.StartAsync(
                "--urls", url, "--peer-url", url, "--host-name", name, "--node", $"{NodeOf(name)}=echo", "--consul-session-ttl-min", "1s",
                "--store", "dynamodb", "--dynamodb-url", network.Url.ToString(), "--table", _table));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        foreach (var network in _networks)
            await network.DisposeAsync();
    }

    [Fact]
    public async Task What_a_killed_host_had_is_ended_and_free()
    {
        await using var had = await Possessions.TakeAsync(C, NodeOf("c"));
        var started = Stopwatch.GetTimestamp();

        await C.KillAsync();

        await had.Channel.WaitForSocketEndAsync();
        await WhileOthersWorkAsync(had, started);
    }

    [Fact]
    public async Task A_host_that_stood_still_takes_nothing_back()
    {
        await using var had = await Possessions.TakeAsync(C, NodeOf("c"));
        var started = Stopwatch.GetTimestamp();

        await C.SignalAsync("STOP");
        var taken = await WhileOthersWorkAsync(had, started);
        // It finds this in its hands when it wakes, and does it before it has looked at anything.
        using var impatient = new ConsulClient(C.Url);
        var acquiring = impatient.PutAsync($"/v1/kv/{had.Key}?acquire={had.Lease}", "mine");
        var renewing = impatient.PutAsync("/v1/session/renew/" + had.Lease);
        await C.SignalAsync("CONT");

        Assert.NotEqual("true", (await acquiring).Body);
        Assert.Equal(404, (int)(await renewing).Status);
        await AssertBackAsync(had, taken);
    }

    [Fact]
    public async Task A_host_that_was_cut_off_from_the_table_takes_nothing_back()
    {
        await using var had = await Possessions.TakeAsync(C, NodeOf("c"));
        var started = Stopwatch.GetTimestamp();

        _networks[2].Script = _ => DynamoDbFault.CutOff;
        var taken = await WhileOthersWorkAsync(had, started);
        using var cut = new LoadClient(C.Url, _journal);
        var asked = Stopwatch.GetTimestamp();
        Assert.Equal(Fate.Error, (await cut.WriteAsync("StartSession", $$"""{"Target":"{{NodeOf("c")}}"}""")).Fate);
        Figures.Tell(FormattableString.Invariant($"a host without its table said so after {Stopwatch.GetElapsedTime(asked).TotalSeconds:F1} s"));
        _networks[2].Script = _ => null;

        await AssertBackAsync(had, taken);
    }

    [Fact]
    public async Task A_session_on_a_host_whose_cable_was_pulled_is_ended_and_stays_so()
    {
        await using var network = await SeparateNetwork.RequireAsync();
        var emulator = await DynamoDbEmulator.RequireAsync();
        var url = $"http://{network.ItsAddress}:{FreePort.Next()}";
        await using var d = await ServiceProcess.StartUnderAsync(
            network.Command,
            [
                "--urls", url, "--peer-url", url, "--host-name", "d", "--node", $"{NodeOf("d")}=echo", "--store", "dynamodb",
                "--dynamodb-url", $"http://{network.OurAddress}:{emulator.Url.Port}", "--table", _table,
            ]);
        using var api = new ApiClient(A.Url);
        var (status, body) = await api.CallAsync("StartSession", $$"""{"Target":"{{NodeOf("d")}}"}""");
        var session = StartedChannel.Read(status, body);
        await using var channel = await DataChannelClient.ConnectAsync(Shell.Through(A, session.StreamUrl), session.Token, new DataChannelClientOptions { Deadline = Deadline });
        await channel.WaitUntilReadyAsync();
        var started = Stopwatch.GetTimestamp();

        await network.CutAsync();
        foreach (var host in (ServiceProcess[])[A, B])
            await Eventually.IsTrueAsync(async () => await StatusAsync(host, session.Id) == "Terminated", Deadline);
        Figures.Tell(FormattableString.Invariant($"the session of a host whose cable was pulled had ended after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s"));
        await network.HealAsync();

        await Eventually.IsTrueAsync(async () => (int)(await api.CallAsync("StartSession", $$"""{"Target":"{{NodeOf("d")}}"}""")).Status == 200, Deadline);
        foreach (var host in (ServiceProcess[])[A, B, d])
            Assert.Equal("Terminated", await StatusAsync(host, session.Id));
        await channel.WaitForSocketEndAsync();
    }

    private static string NodeOf(string host) => $"i-0000000000000000{host}";

    /// <summary>The other hosts end what the one had, and give it to others, while they work.</summary>
    /// <returns>The session that has the lock then.</returns>
    private async Task<string> WhileOthersWorkAsync(Possessions had, long started)
    {
        using var stop = new CancellationTokenSource();
        Task[] working = [.. new[] { A, B }.Select((host, i) => new MixedLoad(host.Url, _journal, NodeOf(i == 0 ? "a" : "b"), _seed + i).RunSessionsAsync(stop.Token))];
        string taken;
        try
        {
            using var consul = new ConsulClient(A.Url, B.Url);
            taken = await consul.CreateSessionAsync("""{"LockDelay":0}""");
            await Eventually.IsTrueAsync(() => consul.WriteAsync(had.Key, "acquire=" + taken, "taken"), Deadline);
            var freeAfter = Stopwatch.GetElapsedTime(started);
            foreach (var host in (ServiceProcess[])[A, B])
                await Eventually.IsTrueAsync(async () => await StatusAsync(host, had.Session) == "Terminated", Deadline);
            Figures.Tell(string.Create(CultureInfo.InvariantCulture, $"its lock was free after {freeAfter.TotalSeconds:F1} s (time to live 1 s), its session had ended after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s"));
            await Eventually.IsTrueAsync(() => _journal.Acknowledged > 40, Deadline);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(working).WaitAsync(Deadline);
        }

        await new StateCheck(A.Url, _journal).RunAsync();
        await new StateCheck(B.Url, _journal).RunAsync();
        Assert.True(_journal.Violations.IsEmpty, $"seed {_seed}: {_journal.Describe()}\n{string.Join('\n', _journal.Violations.Take(20))}");
        return taken;
    }

    /// <summary>The host works again, and knows what the others did.</summary>
    private async Task AssertBackAsync(Possessions had, string taken)
    {
        await had.Channel.WaitForSocketEndAsync();
        using var consul = new ConsulClient(C.Url);
        await Eventually.IsTrueAsync(async () => (await consul.GetAsync("/v1/status/leader")).Status == System.Net.HttpStatusCode.OK, Deadline);
        Assert.Equal(taken, (await consul.KeyAsync(had.Key))!.Value.GetProperty("Session").GetString());
        Assert.Null(await consul.SessionAsync(had.Lease));
        foreach (var host in _hosts)
            Assert.Equal("Terminated", await StatusAsync(host, had.Session));

        // A member again: another host starts a session to its node, opens it there and ends it.
        StartedChannel? session = null;
        using var a = new ApiClient(A.Url);
        await Eventually.IsTrueAsync(
            async () =>
            {
                var (status, body) = await a.CallAsync("StartSession", $$"""{"Target":"{{NodeOf("c")}}"}""");
                session = (int)status == 200 ? StartedChannel.Read(status, body) : null;
                return session is not null;
            },
            Deadline);
        await using var channel = await DataChannelClient.ConnectAsync(Shell.Through(B, session!.StreamUrl), session.Token, new DataChannelClientOptions { Deadline = Deadline });
        await channel.WaitUntilReadyAsync();
        await a.CallAsync("TerminateSession", $$"""{"SessionId":"{{session.Id}}"}""");
        Assert.Equal("", await channel.WaitForChannelClosedAsync());
        await new StateCheck(C.Url, _journal).RunAsync();
        Assert.True(_journal.Violations.IsEmpty, $"seed {_seed}: {_journal.Describe()}\n{string.Join('\n', _journal.Violations.Take(20))}");
    }

    private static async Task<string?> StatusAsync(ServiceProcess host, string session)
    {
        using var api = new ApiClient(host.Url);
        foreach (var state in (string[])["Active", "History"])
        {
            var (_, body) = await api.CallAsync("DescribeSessions", $$"""{"State":"{{state}}","Filters":[{"key":"SessionId","value":"{{session}}"}]}""");
            using var json = System.Text.Json.JsonDocument.Parse(body);
            foreach (var found in json.RootElement.GetProperty("Sessions").EnumerateArray())
                return found.GetProperty("Status").GetString();
        }

        return null;
    }
}
