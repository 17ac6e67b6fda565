using System.Diagnostics;
using SsmSessions.Conformance.Tests.Consul.Linearizability;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing.Store;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>What fifty clients of one key see can be explained by one order of what they did.</summary>
public abstract class WriteStormContract
{
    private const int OperationsPerClient = 40;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(6);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task One_order_explains_what_fifty_clients_of_a_key_see(int seed)
    {
        await using var world = await StartAsync();

        var history = await new WriteStorm(world.Urls, world.Key, seed).RunAsync(OperationsPerClient, AtMost);

        var started = Stopwatch.GetTimestamp();
        var unexplained = KeyModel.Explain([.. history], KeepsLockIndex);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Describe(history)}; explained in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
        if (unexplained is not null)
        {
            // All of it, to look at: it will not come again.
            var file = Path.Combine(Path.GetTempPath(), $"write-storm-{Guid.NewGuid():N}.txt");
            await File.WriteAllLinesAsync(file, history.OrderBy(operation => operation.Called).Select(operation => operation.ToString()));
            Assert.Fail($"{unexplained}\n(see {file})");
        }

        // A storm in which nothing was done, or nothing was answered, shows nothing.
        foreach (var kind in (Type[])[typeof(KeyOperation.CompareAndSet), typeof(KeyOperation.Acquire), typeof(KeyOperation.Release), typeof(KeyOperation.Read)])
            Assert.True(history.Any(operation => operation.Returned is not null && operation.What.GetType() == kind && IsDone(operation.What)), Describe(history));
        Assert.InRange(history.Count(operation => operation.Returned is null), 0, history.Count / 10);
    }

    /// <summary>Whether a plain write leaves LockIndex as it is (spec/consul-sessions.md §7.3, Choose).</summary>
    private protected virtual bool KeepsLockIndex => true;

    private protected abstract Task<ConsulWorld> StartAsync();

    private static string Describe(IReadOnlyList<Operation<KeyOperation>> history) => string.Join(
        ", ",
        history.GroupBy(operation => $"{operation.What.GetType().Name} {(operation.Returned is null ? "unknown" : IsDone(operation.What) ? "done" : "refused")}")
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} {group.Count()}"));

    private static bool IsDone(KeyOperation operation) => operation switch
    {
        KeyOperation.CompareAndSet set => set.Done == true,
        KeyOperation.CompareAndDelete delete => delete.Done == true,
        KeyOperation.Acquire acquire => acquire.Done == true,
        KeyOperation.Release release => release.Done == true,
        _ => true,
    };
}

/// <summary>A host on SQLite.</summary>
public sealed class WriteStormOnSqliteTests : WriteStormContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private protected override Task<ConsulWorld> StartAsync() =>
        ConsulWorld.StartAsync([new SqliteTable(new SqliteTableOptions { Folder = _folder }, TimeProvider.System)], clock: null);
}

/// <summary>Three hosts on one table of SQLite.</summary>
public sealed class WriteStormOnSeveralHostsTests : WriteStormContract, IAsyncDisposable
{
    private readonly SqliteTable _table = new(new SqliteTableOptions(), TimeProvider.System);

    public ValueTask DisposeAsync() => _table.DisposeAsync();

    private protected override async Task<ConsulWorld> StartAsync()
    {
        await _table.OpenAsync(default);
        return await ConsulWorld.StartAsync(Enumerable.Range(0, 3).Select(_ => new SharedTable(_table)), clock: null);
    }
}

/// <summary>A host on DynamoDB.</summary>
[Collection("DynamoDB")]
public sealed class WriteStormOnDynamoDbTests : WriteStormContract
{
    private protected override Task<ConsulWorld> StartAsync() => DynamoDbWorld.StartAsync(hosts: 1, clock: null);
}

/// <summary>Two hosts on one table of DynamoDB.</summary>
[Collection("DynamoDB")]
public sealed class WriteStormOnTwoHostsWithDynamoDbTests : WriteStormContract
{
    private protected override Task<ConsulWorld> StartAsync() => DynamoDbWorld.StartAsync(hosts: 2, clock: null);
}

/// <summary>Another implementation, which an environment variable names.</summary>
public sealed class WriteStormElsewhereTests : WriteStormContract
{
    private protected override bool KeepsLockIndex => false;

    private protected override Task<ConsulWorld> StartAsync() => ConsulElsewhere.RequireAsync();
}
