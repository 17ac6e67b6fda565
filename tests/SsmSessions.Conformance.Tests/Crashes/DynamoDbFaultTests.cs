using System.Diagnostics;
using SsmSessions.Conformance.Tests.DataChannels;
using SsmSessions.Core.Hosts;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>DynamoDB fails in all the ways in which it does: what was acknowledged is true, and nothing is done twice.</summary>
[Collection("DynamoDB")]
public sealed class DynamoDbFaultTests : IAsyncLifetime
{
    private const int FewWrites = 50;
    private const int Percent = 25;
    private const int FewErrors = 10;
    private const string Observer = "observer";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromMilliseconds(700);

    private readonly Journal _journal = new();
    private readonly int _seed = CrashRun.Seed;
    private ScriptedDynamoDb? _dynamoDb;
    private TestServer? _host;
    private TestServer? _observer;

    private ScriptedDynamoDb DynamoDb => _dynamoDb!;

    private TestServer Host => _host!;

    public async ValueTask InitializeAsync()
    {
        var emulator = await DynamoDbEmulator.RequireAsync();
        Assert.SkipWhen(emulator.MostTransactionItems == 0, $"{emulator.Name} has no transactions, which starting a session needs");
        _dynamoDb = await ScriptedDynamoDb.StartAsync(emulator.Url);
        var table = emulator.NewTable();
        _host = await TestServer.StartAsync(
            table: new DynamoDbTable(table with { ServiceUrl = _dynamoDb.Url, RequestTimeout = RequestTimeout }, TimeProvider.System));
        _observer = await TestServer.StartAsync(
            table: new DynamoDbTable(table, TimeProvider.System),
            configure: options =>
            {
                options.HostName = Observer;
                options.Nodes.Clear();
            });
    }

    public async ValueTask DisposeAsync()
    {
        if (_dynamoDb is not null)
            _dynamoDb.Script = _ => null;
        foreach (var server in (TestServer?[])[_host, _observer])
        {
            if (server is not null)
                await server.DisposeAsync();
        }

        if (_dynamoDb is not null)
            await _dynamoDb.DisposeAsync();
    }

    [Theory]
    [InlineData(nameof(DynamoDbFault.ProvisionedThroughputExceeded))]
    [InlineData(nameof(DynamoDbFault.Throttling))]
    [InlineData(nameof(DynamoDbFault.InternalError))]
    [InlineData(nameof(DynamoDbFault.NeverAnswered))]
    [InlineData(nameof(DynamoDbFault.AnswerLost))]
    [InlineData(nameof(DynamoDbFault.Reset))]
    [InlineData(nameof(DynamoDbFault.TransactionConflict))]
    [InlineData(nameof(DynamoDbFault.PartOfABatch))]
    [InlineData(nameof(DynamoDbFault.Slow))]
    public async Task Requests_that_fail_now_and_then_lose_nothing_and_do_nothing_twice(string name)
    {
        var fault = Enum.Parse<DynamoDbFault>(name);
        var random = new Random(_seed);
        await LoadAsync(async () =>
        {
            DynamoDb.Script = _ =>
            {
                lock (random)
                    return random.Next(100) < Percent ? fault : null;
            };
            await _journal.WaitForAcknowledgedAsync(FewWrites).WaitAsync(Deadline);
            DynamoDb.Script = _ => null;
            await _journal.WaitForAcknowledgedAsync(FewWrites / 4).WaitAsync(Deadline);
        });

        Figures.Tell($"{Percent}% of requests {fault} ({DynamoDb.Count(fault)}), seed {_seed}: {_journal.Describe()}");
        Assert.True(await IsMemberAsync());
    }

    /// <summary>What it carried, and what hung on its health in the catalog, the others end. So the load holds no locks by the catalog's checks.</summary>
    [Theory]
    [InlineData(nameof(DynamoDbFault.Reset))]
    [InlineData(nameof(DynamoDbFault.ProvisionedThroughputExceeded))]
    public async Task A_host_without_its_table_says_so_is_taken_for_dead_and_comes_back(string name)
    {
        var fault = Enum.Parse<DynamoDbFault>(name);
        var started = 0L;
        await LoadAsync(withLocks: false, async () =>
        {
            await _journal.WaitForAcknowledgedAsync(FewWrites / 2).WaitAsync(Deadline);
            _journal.HostStops();
            DynamoDb.Script = _ => fault;
            started = Stopwatch.GetTimestamp();
            await Eventually.IsTrueAsync(() => _journal.Errors >= FewErrors, Deadline);
            await Eventually.IsTrueAsync(async () => !await IsKnownAsync(), Deadline);
            _journal.HostDied();
            DynamoDb.Script = _ => null;
            Figures.Tell(FormattableString.Invariant($"{fault} for {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, {_journal.Errors} errors told"));
            started = Stopwatch.GetTimestamp();
            await _journal.WaitForAcknowledgedAsync(FewWrites / 2).WaitAsync(Deadline);
            await Eventually.IsTrueAsync(IsMemberAsync, Deadline);
        });

        Figures.Tell(FormattableString.Invariant($"back after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s with the checks, seed {_seed}: {_journal.Describe()}"));
    }

    [Fact]
    public async Task A_table_that_was_away_for_a_restart_has_lost_nothing()
    {
        var data = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;
        await using (var restartable = await RestartableDynamoDb.RequireAsync(data))
        {
            await using var host = await TestServer.StartAsync(table: new DynamoDbTable(restartable.NewTable(), TimeProvider.System));
            await LoadAsync(host, host, async () =>
            {
                await _journal.WaitForAcknowledgedAsync(FewWrites / 2).WaitAsync(Deadline);
                await restartable.StopAsync();
                await restartable.StartAsync();
                await _journal.WaitForAcknowledgedAsync(FewWrites / 2).WaitAsync(Deadline);
            });
        }

        Directory.Delete(data, recursive: true);
        Figures.Tell($"DynamoDB restarted, seed {_seed}: {_journal.Describe()}");
    }

    private Task LoadAsync(Func<Task> step) => LoadAsync(Host, _observer!, step);

    private Task LoadAsync(bool withLocks, Func<Task> step) => LoadAsync(Host, _observer!, step, withLocks);

    private async Task LoadAsync(TestServer host, TestServer observer, Func<Task> step, bool withLocks = true)
    {
        var load = new MixedLoad(host.Url, _journal, TestServer.Node, _seed);
        await load.PrepareAsync();
        var held = new LockHistory([host.Url], "crash/lock", _seed, deletes: false, _journal);
        using var stop = new CancellationTokenSource();
        Task[] working = withLocks ? [load.RunAsync(stop.Token), held.RunAsync(stop.Token)] : [load.RunAsync(stop.Token)];
        try
        {
            await step();
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(working).WaitAsync(Deadline);
        }

        if (withLocks)
        {
            await held.CheckAsync();
            held.CheckHolders();
        }

        await new StateCheck(observer.Url, _journal).RunAsync();
        await new StateCheck(host.Url, _journal).RunAsync();
        Assert.True(_journal.Violations.IsEmpty, $"seed {_seed}: {_journal.Describe()}\n{string.Join('\n', _journal.Violations.Take(20))}");
        Assert.True(held.Acquisitions > 0 || !withLocks, "no lock was ever acquired");
    }

    private async Task<bool> IsMemberAsync() =>
        (await _observer!.Service<HostDirectory>().LiveAsync(fresh: true, default)).Any(host => host.Name == Host.Service<HostMembership>().Name);

    /// <summary>False once the others have ended what it had.</summary>
    private async Task<bool> IsKnownAsync() =>
        await _observer!.Service<HostDirectory>().FindAsync(Host.Service<HostMembership>().Name, default) is not null;
}
