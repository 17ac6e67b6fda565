using System.Net;
using System.Net.Sockets;

namespace SsmSessions.Testing;

/// <summary>A loopback port that nobody listens on, for what must know its port before it listens.</summary>
public static class FreePort
{
    /// <summary>Another one at each call, as the system gives them out.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
