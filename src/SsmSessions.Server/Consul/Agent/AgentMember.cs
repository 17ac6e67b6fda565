using System.Globalization;
using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Agent;

/// <summary>Members as Serf lists them: hosts are servers, the nodes that they carry are clients.</summary>
internal static class AgentMember
{
    /// <summary>The version of Consul that is played.</summary>
    public const string Version = "1.10.12";

    private const long SerfPort = 8301;
    private const long Alive = 1;
    private const long Failed = 4;

    public static void Write(GoJsonWriter json, CatalogNode member) => json.Object(json =>
    {
        json.Name("Name").String(member.Name);
        json.Name("Addr").String(member.Address);
        json.Name("Port").Number(SerfPort);
        json.Name("Tags").Map(Tags(member));
        json.Name("Status").Number(IsAlive(member) ? Alive : Failed);
        json.Name("ProtocolMin").Number(1L);
        json.Name("ProtocolMax").Number(5L);
        json.Name("ProtocolCur").Number(2L);
        json.Name("DelegateMin").Number(2L);
        json.Name("DelegateMax").Number(5L);
        json.Name("DelegateCur").Number(4L);
    });

    /// <summary>Whether a member is a host.</summary>
    public static bool IsServer(CatalogNode member) => member.Name == member.Carrier;

    /// <summary>The addresses of the hosts that live, by their names.</summary>
    public static IEnumerable<string> Servers(LeaseState state) => state.Nodes.Values
        .Where(node => IsServer(node) && IsAlive(node))
        .Select(node => string.Create(CultureInfo.InvariantCulture, $"{AddressOf(node)}:{MemberNodes.ConsulPort}"))
        .Distinct(StringComparer.Ordinal);

    private static string AddressOf(CatalogNode node) => node.Address.Contains(':', StringComparison.Ordinal) ? $"[{node.Address}]" : node.Address;

    private static bool IsAlive(CatalogNode member) =>
        member.Checks.TryGetValue(CatalogCheck.SerfHealth, out var check) && check.Status != CatalogCheck.Critical;

    private static Dictionary<string, string> Tags(CatalogNode member)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["build"] = Version,
            ["dc"] = ConsulRequest.LocalDatacenter,
            ["id"] = member.Id,
            ["role"] = "node",
            ["segment"] = "",
            ["vsn"] = "2",
            ["vsn_max"] = "3",
            ["vsn_min"] = "2",
        };
        if (IsServer(member))
        {
            tags["role"] = "consul";
            tags["port"] = MemberNodes.ConsulPort.ToString(CultureInfo.InvariantCulture);
        }

        return tags;
    }
}
