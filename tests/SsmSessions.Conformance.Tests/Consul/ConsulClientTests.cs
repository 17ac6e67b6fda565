using System.Text.Json;
using SsmSessions.Conformance.Tests.Clients;
using SsmSessions.Storage.Sqlite;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>What every real client of Consul sees, whatever the store.</summary>
public abstract class ConsulClientContract
{
    private static readonly (string Name, string Told)[] Expected =
    [
        ("shown", """[true,"client","n1",0,"delete","30s"]"""),
        ("listed", "[true,true,false]"),
        ("renewed", "true"),
        ("ephemeral", """[true,"here"]"""),
        ("gone", "[null,null]"),
        ("acquired", "[true,true,false]"),
        ("held", "[true,true,1]"),
        ("released", "[false,true]"),
        ("free", "[false,1]"),
        ("next", "[true,2]"),
        ("delayed", "false"),
        ("bytes", "true"),
        ("keys", """["/tree/2","/tree/\u00E9 b\u0026c"]"""),
        ("tree", """["/tree/2","/tree/\u00E9 b\u0026c"]"""),
        ("cas", "[false,false,true]"),
        ("deleted", "null"),
        ("watched", """[null,"value 1","value 2"]"""),
        ("member", """["n1",["serfHealth passing"]]"""),
        ("nodes", "true"),
        ("leader", "\"string\""),
        ("checked", """["passing","critical",null]"""),
    ];

    [Fact]
    public Task The_package_consul_of_npm() => TryAsync(RealClient.NpmConsulAsync("2"));

    [Fact]
    public Task The_package_consul_of_npm_in_its_last_version_with_locks() => TryAsync(RealClient.NpmConsulAsync("0.40.0"));

    [Fact]
    public Task The_package_python3_consul_of_Debian() => TryAsync(RealClient.PythonConsulAsync());

    [Fact]
    public Task The_package_python3_consul2_of_Debian() => TryAsync(RealClient.PythonConsul2Async());

    private protected abstract Task<ConsulWorld> StartAsync();

    private async Task TryAsync(Task<RealClient> find)
    {
        var client = await find;
        await using var world = await StartAsync();

        var told = await client.RunAsync(world.Urls[0]);

        Assert.EndsWith("Session id 'ID' not found", told["renewGone"].GetString(), StringComparison.Ordinal);
        Assert.EndsWith("Invalid Session TTL '1000000000', must be between [10s=24h0m0s]", told["refused"].GetString(), StringComparison.Ordinal);
        Assert.Equal(Expected, Expected.Select(line => (line.Name, JsonSerializer.Serialize(told[line.Name]))));
    }
}

/// <summary>Real clients of Consul on SQLite.</summary>
public sealed class ConsulClientsOnSqliteTests : ConsulClientContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private protected override Task<ConsulWorld> StartAsync() =>
        ConsulWorld.StartAsync([new SqliteTable(new SqliteTableOptions { Folder = _folder }, TimeProvider.System)], clock: null);
}

/// <summary>Real clients of Consul on DynamoDB.</summary>
[Collection("DynamoDB")]
public sealed class ConsulClientsOnDynamoDbTests : ConsulClientContract
{
    private protected override Task<ConsulWorld> StartAsync() => DynamoDbWorld.StartAsync(hosts: 1, clock: null);
}

/// <summary>Another implementation, which an environment variable names.</summary>
public sealed class ConsulClientsElsewhereTests : ConsulClientContract
{
    private protected override Task<ConsulWorld> StartAsync() => ConsulElsewhere.RequireAsync();
}
