using System.Net.Sockets;

namespace SsmSessions.Testing;

/// <summary>Servers of tests.</summary>
public static class Listening
{
    /// <summary>The connections that come in, until the listener is stopped.</summary>
    public static async IAsyncEnumerable<Socket> AcceptAllAsync(this TcpListener listener)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                yield break;
            }

            yield return socket;
        }
    }
}
