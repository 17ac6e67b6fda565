using System.Security.Cryptography;
using System.Text;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Leases.Commands;

namespace SsmSessions.Core.Leases;

/// <summary>How members stand in the catalog: hosts, and the nodes that they carry (spec/consul-sessions.md §10).</summary>
public static class MemberNodes
{
    /// <summary>The service that every server of Consul has.</summary>
    public const string ConsulService = "consul";

    /// <summary>The port of that service.</summary>
    public const int ConsulPort = 8300;

    private const string DefaultAddress = "127.0.0.1";
    private const int IdBytes = 16;

    /// <summary>What serfHealth says of a member that is lost.</summary>
    public const string LostOutput = "Agent not live or unreachable";

    private static readonly CatalogCheck Alive = new()
    {
        CheckId = CatalogCheck.SerfHealth,
        Name = "Serf Health Status",
        Status = CatalogCheck.Passing,
        Output = "Agent alive and reachable",
    };

    /// <summary>The id of a member: it follows from its name, so that it outlives restarts and is the same on every host.</summary>
    public static string IdOf(string name)
    {
        var hex = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("node " + name.ToLowerInvariant())).AsSpan(0, IdBytes));
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }

    /// <summary>The address of a host: where the others reach it, else loopback.</summary>
    public static string AddressOf(string? peerUrl) =>
        Uri.TryCreate(peerUrl, UriKind.Absolute, out var url) && url.Host.Length > 0 ? url.DnsSafeHost : DefaultAddress;

    /// <summary>A host that lives.</summary>
    internal static RegisterNode Host(HostMembership host) => Node(host, host.Name) with
    {
        Service = new CatalogService { Id = ConsulService, Service = ConsulService, Port = ConsulPort },
    };

    /// <summary>A node that a host carries.</summary>
    internal static RegisterNode Node(HostMembership host, string name)
    {
        var address = AddressOf(host.PeerUrl);
        var node = new CatalogNode
        {
            Name = name,
            Id = IdOf(name),
            Address = address,
            TaggedAddresses = CatalogMaps.Of(("lan", address), ("lan_ipv4", address), ("wan", address), ("wan_ipv4", address)),
            Meta = CatalogMaps.Of(("consul-network-segment", "")),
            Carrier = host.Name,
        };
        return new RegisterNode(name, node) { Checks = [Alive] };
    }

    /// <summary>True when the catalog says all that a registration would.</summary>
    internal static bool IsKnown(LeaseState state, RegisterNode registration) =>
        state.Nodes.TryGetValue(registration.NodeName, out var known)
        && registration.Node!.SaysAs(known)
        && registration.Node.Carrier == known.Carrier
        && (registration.Service is not { } service || (known.Services.GetValueOrDefault(service.Id) is { } same && service.SaysAs(same)))
        && registration.Checks.All(check => known.Checks.GetValueOrDefault(check.CheckId) is { } same && check.SaysAs(same));

    /// <summary>True while nobody has found the member lost.</summary>
    internal static bool IsAlive(CatalogNode member) =>
        member.Checks.TryGetValue(CatalogCheck.SerfHealth, out var check) && check.Status != CatalogCheck.Critical;
}
