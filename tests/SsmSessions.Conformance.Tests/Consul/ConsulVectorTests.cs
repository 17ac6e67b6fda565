using SsmSessions.Storage.DynamoDb;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.DynamoDb;
using SsmSessions.Testing.Store;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>A host on SQLite.</summary>
public sealed class ConsulVectorsOnSqliteTests : ConsulVectorContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    [Fact]
    public void Every_vector_of_the_specification_is_there() => Assert.Equal(Enumerable.Range(1, 30), ConsulVectors.All.Keys.Order());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private protected override Task<ConsulWorld> StartAsync(ManualTimeProvider? clock) =>
        ConsulWorld.StartAsync([new SqliteTable(new SqliteTableOptions { Folder = _folder }, Time(clock))], clock);

    private static TimeProvider Time(ManualTimeProvider? clock) => clock ?? TimeProvider.System;
}

/// <summary>Two hosts on one table of SQLite: what one was told, the other is asked for.</summary>
public sealed class ConsulVectorsOnTwoHostsTests : ConsulVectorContract, IAsyncDisposable
{
    private SqliteTable? _table;

    public ValueTask DisposeAsync() => _table?.DisposeAsync() ?? ValueTask.CompletedTask;

    private protected override async Task<ConsulWorld> StartAsync(ManualTimeProvider? clock)
    {
        _table = new SqliteTable(new SqliteTableOptions(), clock ?? TimeProvider.System);
        await _table.OpenAsync(default);
        return await ConsulWorld.StartAsync([new SharedTable(_table), new SharedTable(_table)], clock);
    }
}

/// <summary>A host on DynamoDB.</summary>
[Collection("DynamoDB")]
public sealed class ConsulVectorsOnDynamoDbTests : ConsulVectorContract
{
    private protected override Task<ConsulWorld> StartAsync(ManualTimeProvider? clock) => DynamoDbWorld.StartAsync(hosts: 1, clock);
}

/// <summary>Two hosts on one table of DynamoDB.</summary>
[Collection("DynamoDB")]
public sealed class ConsulVectorsOnTwoHostsWithDynamoDbTests : ConsulVectorContract
{
    private protected override Task<ConsulWorld> StartAsync(ManualTimeProvider? clock) => DynamoDbWorld.StartAsync(hosts: 2, clock);
}

/// <summary>Another implementation, which an environment variable names: a Consul whose node is n1 shows that the table is right.</summary>
public sealed class ConsulVectorsElsewhereTests : ConsulVectorContract
{
    private protected override Task<ConsulWorld> StartAsync(ManualTimeProvider? clock) => ConsulElsewhere.RequireAsync();
}

/// <summary>Hosts on a new table of DynamoDB.</summary>
internal static class DynamoDbWorld
{
    public static async Task<ConsulWorld> StartAsync(int hosts, ManualTimeProvider? clock)
    {
        var emulator = await DynamoDbEmulator.RequireAsync();
        Assert.SkipWhen(emulator.MostTransactionItems == 0, $"{emulator.Name} has no transactions");
        var options = emulator.NewTable();
        return await ConsulWorld.StartAsync(
            Enumerable.Range(0, hosts).Select(_ => new DynamoDbTable(options, clock ?? TimeProvider.System)), clock);
    }
}

/// <summary>A Consul that runs already.</summary>
internal static class ConsulElsewhere
{
    private const string UrlVariable = "SSMSESSIONS_TEST_CONSUL_URL";

    public static Task<ConsulWorld> RequireAsync()
    {
        var url = Environment.GetEnvironmentVariable(UrlVariable);
        Assert.SkipWhen(string.IsNullOrEmpty(url), $"{UrlVariable} names no Consul to compare with");
        return ConsulWorld.AtAsync(new Uri(url!));
    }
}
