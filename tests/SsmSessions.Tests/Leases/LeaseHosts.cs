using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Core.Store;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.Store;

namespace SsmSessions.Tests.Leases;

/// <summary>Hosts that share one table in memory, or one host that has it alone, with a node <c>n1</c> whose serfHealth passes.</summary>
internal sealed class LeaseHosts : IAsyncDisposable
{
    private readonly List<LeaseRegistry> _registries = [];
    private readonly bool _isShared;

    private LeaseHosts(bool isShared)
    {
        _isShared = isShared;
        Table = new SqliteTable(new SqliteTableOptions(), Time);
    }

    public ManualTimeProvider Time { get; } = new();

    public ITable Table { get; }

    /// <summary>The first host.</summary>
    public LeaseRegistry One => _registries[0];

    /// <summary>The second host.</summary>
    public LeaseRegistry Other => _registries[1];

    public static async Task<LeaseHosts> StartAsync(int hosts = 1, bool? isShared = null)
    {
        var world = new LeaseHosts(isShared ?? hosts > 1);
        await world.Table.OpenAsync(default);
        for (var i = 0; i < hosts; i++)
            await world.AddAsync();
        await world.One.ApplyAsync(
            new RegisterNode("n1", new CatalogNode { Name = "n1", Address = "127.0.0.1" })
            {
                Checks = [new CatalogCheck { CheckId = CatalogCheck.SerfHealth, Name = "Serf Health Status", Status = CatalogCheck.Passing }],
            },
            default);
        return world;
    }

    /// <summary>One more host, or the only one again after a crash.</summary>
    public async Task<LeaseRegistry> AddAsync(TimeProvider? realTime = null)
    {
        var registry = new LeaseRegistry(_isShared ? new SharedTable(Table) : Table, Time, realTime ?? TimeProvider.System);
        _registries.Add(registry);
        await registry.OpenAsync(default);
        return registry;
    }

    public static Task<LeaseOutcome> DoAsync(LeaseRegistry host, LeaseCommand command) => host.ApplyAsync(command, default);

    /// <summary>Creates a lease on <c>n1</c>.</summary>
    public static async Task<Lease> LeaseAsync(
        LeaseRegistry host, LeaseBehavior behavior = LeaseBehavior.Release, double lockDelaySeconds = 0, double ttlSeconds = 0)
    {
        var lease = new Lease
        {
            Id = LeaseId.Create(),
            Node = "n1",
            NodeChecks = [CatalogCheck.SerfHealth],
            Behavior = behavior,
            LockDelay = (long)(lockDelaySeconds * 1e9),
            Ttl = TimeSpan.FromSeconds(ttlSeconds),
        };
        var outcome = await DoAsync(host, new CreateLease(lease));
        Assert.True(outcome.Done, outcome.Refusal);
        return outcome.State.FindLease(lease.Id)!;
    }

    public static PutKey Put(string key, string value = "") => new(key, System.Text.Encoding.UTF8.GetBytes(value), Flags: 0);

    public static PutKey Acquire(string key, Lease lease) => Put(key) with { Acquire = lease.Id };

    public async ValueTask DisposeAsync()
    {
        foreach (var registry in _registries)
            await registry.DisposeAsync();
        await Table.DisposeAsync();
    }
}
