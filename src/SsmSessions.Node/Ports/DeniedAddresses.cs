using System.Collections.Frozen;
using System.Net;

namespace SsmSessions.Node.Ports;

/// <summary>Addresses that are never forwarded to: metadata, names and time of the cloud (spec/ssm-data-channel.md §10.4). Those of a
/// VPC's own are not known here.</summary>
internal static class DeniedAddresses
{
    private static readonly FrozenSet<IPAddress> All = ((string[])
    [
        "169.254.169.254", "fd00:ec2::254", "169.254.169.253", "fd00:ec2::253", "169.254.169.123", "fd00:ec2::123", "169.254.169.250",
        "169.254.169.251", "fd00:ec2::240",
    ]).Select(IPAddress.Parse).ToFrozenSet();

    /// <summary>True for an address that is not forwarded to, in either form.</summary>
    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return All.Contains(address.MapToIPv4());

        // The interface of a link-local address does not make it another one.
        return All.Contains(address) || (address.ScopeIdOrZero() != 0 && All.Contains(new IPAddress(address.GetAddressBytes())));
    }

    private static long ScopeIdOrZero(this IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
