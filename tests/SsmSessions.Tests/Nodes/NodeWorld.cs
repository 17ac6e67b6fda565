using System.Security.Cryptography;
using SsmSessions.Core.Access;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Settings;
using SsmSessions.Core.Tags;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Nodes;

/// <summary>What Core knows of nodes, on a table in memory and a clock that is moved.</summary>
internal sealed class NodeWorld : IAsyncDisposable
{
    public static readonly Tenant Tenant = new(Tenant.DefaultAccount, "us-east-1");

    public static readonly Caller Alice = new(Tenant, CallerKind.User, "alice", "arn:aws:iam::000000000000:user/alice", "AKIDALICE");

    public static readonly string PublicKey = NewKey();

    private NodeWorld()
    {
        Table = new SqliteTable(new SqliteTableOptions(), Time);
        Nodes = new NodeRepository(Table);
        Tags = new TagRepository(Table);
        Settings = new ServiceSettings(Table, Nodes, Time);
        Activations = new Activations(new ActivationRepository(Table), Time);
        Enrollment = new NodeEnrollment(Table, Nodes, Activations, Settings, Time);
        var issued = new IssuedCredentials(RandomNumberGenerator.GetBytes(32));
        Agents = new NodeAgents(Nodes, Settings, issued, Time, Time);
        Hosts = new HostDirectory(Table, Time);
        Directory = new NodeDirectory(Nodes, Hosts, Tags, Time);
        Access = new AccessRequests(Table, issued, Time);
    }

    public ManualTimeProvider Time { get; } = new();

    public SqliteTable Table { get; }

    public NodeRepository Nodes { get; }

    public TagRepository Tags { get; }

    public ServiceSettings Settings { get; }

    public Activations Activations { get; }

    public NodeEnrollment Enrollment { get; }

    public NodeAgents Agents { get; }

    public HostDirectory Hosts { get; }

    public NodeDirectory Directory { get; }

    public AccessRequests Access { get; }

    public static async Task<NodeWorld> OpenAsync()
    {
        var world = new NodeWorld();
        await world.Table.OpenAsync(default);
        return world;
    }

    public static string NewKey()
    {
        using var rsa = RSA.Create(2_048);
        return Agent.PublicKeyOf(rsa);
    }

    public async Task<(string Id, string Code)> ActivateAsync(int limit)
    {
        var (activation, code) = await Activations.CreateAsync(Tenant, new NewActivation("Nodes") { RegistrationLimit = limit }, default);
        return (activation.Id, code);
    }

    public Task<ManagedNode> RegisterAsync((string Id, string Code) activation) =>
        Enrollment.RegisterHybridAsync(activation.Id, activation.Code, new NewNode("f", PublicKey), default);

    public ValueTask DisposeAsync() => Table.DisposeAsync();
}
