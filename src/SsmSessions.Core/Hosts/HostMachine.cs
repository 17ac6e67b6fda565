using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace SsmSessions.Core.Hosts;

/// <summary>The machine that a host runs on, as node lists show it for the nodes that the host carries.</summary>
/// <param name="ComputerName">Its name.</param>
/// <param name="IPAddress">Its address, or null when it has none but loopback.</param>
/// <param name="PlatformType">Windows, Linux or MacOS.</param>
/// <param name="PlatformName">The operating system's name.</param>
/// <param name="PlatformVersion">The operating system's version.</param>
public sealed record HostMachine(
    string ComputerName, string? IPAddress, string PlatformType, string PlatformName, string PlatformVersion)
{
    private const string OsRelease = "/etc/os-release";

    private static readonly Lazy<HostMachine> Read = new(ReadCurrent);

    /// <summary>This machine.</summary>
    public static HostMachine Current => Read.Value;

    private static HostMachine ReadCurrent()
    {
        var (type, name) = OperatingSystem.IsWindows() ? ("Windows", "Microsoft Windows")
            : OperatingSystem.IsMacOS() ? ("MacOS", "macOS")
            : ("Linux", "Linux");
        var version = Environment.OSVersion.Version.ToString();
        if (type == "Linux" && ReadOsRelease() is { } release)
            (name, version) = (release.GetValueOrDefault("NAME", name), release.GetValueOrDefault("VERSION_ID", version));
        return new HostMachine(Environment.MachineName, FindAddress(), type, name, version);
    }

    private static Dictionary<string, string>? ReadOsRelease()
    {
        try
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var line in File.ReadLines(OsRelease))
            {
                var equals = line.IndexOf('=', StringComparison.Ordinal);
                if (equals > 0)
                    values[line[..equals]] = line[(equals + 1)..].Trim('"', '\'');
            }

            return values;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? FindAddress()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                .Select(unicast => unicast.Address)
                .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork)?.ToString();
        }
        catch (NetworkInformationException)
        {
            return null;
        }
    }
}
