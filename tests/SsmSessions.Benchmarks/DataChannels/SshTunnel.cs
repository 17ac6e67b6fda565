using SsmSessions.Benchmarks.Peers;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary><c>ssh -L</c> through an sshd of its own.</summary>
internal sealed class SshTunnel : IDisposable
{
    private readonly SshServer _server;
    private readonly PeerProcess _client;

    private SshTunnel(SshServer server, PeerProcess client, int port)
    {
        _server = server;
        _client = client;
        Port = port;
    }

    /// <summary>The port that leads to the source.</summary>
    public int Port { get; }

    /// <summary>What both processes, and the children that the server makes, used of the processors so far.</summary>
    public TimeSpan ProcessorTime => ProcessTree.ProcessorTime(_server.Id) + ProcessTree.ProcessorTime(_client.Process.Id);

    /// <summary>Starts both.</summary>
    /// <param name="folder">A folder for keys.</param>
    /// <param name="sourcePort">Where the tunnel leads to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">One of them did not start; the message has what it said.</exception>
    public static async Task<SshTunnel> StartAsync(string folder, int sourcePort, CancellationToken cancellationToken)
    {
        var server = await SshServer.StartAsync(folder, cancellationToken);
        PeerProcess? client = null;
        try
        {
            var port = FreePort.Next();
            client = PeerProcess.Start("ssh", ["-N", "-L", $"127.0.0.1:{port}:127.0.0.1:{sourcePort}", .. server.ClientOptions, SshServer.Host]);
            await client.WaitForPortAsync(port, cancellationToken);
            return new SshTunnel(server, client, port);
        }
        catch
        {
            client?.Dispose();
            server.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }
}
