using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SsmSessions.Node.Plans;

namespace SsmSessions.Node.Ports;

/// <summary>Connects to the target of a port session.</summary>
internal sealed class TargetDialer(PortProperties target, TimeProvider realTime)
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(30);
    private static readonly IPAddress[] ThisMachine = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>Tries the addresses of the target in order.</summary>
    /// <exception cref="DialException">None answers, or none may be forwarded to.</exception>
    public async Task<Socket> DialAsync(CancellationToken cancellationToken)
    {
        if (!ushort.TryParse(target.Port, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new DialException($"dial tcp: address {target.Port}: invalid port");
        DialException? failure = null;
        foreach (var address in await ResolveAsync(cancellationToken))
        {
            try
            {
                return await ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            }
            catch (DialException e)
            {
                failure ??= e;
            }
        }

        throw failure ?? NoSuchHost();
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken cancellationToken)
    {
        if (target.Host is null || string.Equals(target.Host, "localhost", StringComparison.OrdinalIgnoreCase))
            return ThisMachine;
        try
        {
            return await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            throw NoSuchHost();
        }
    }

    private async Task<Socket> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        if (DeniedAddresses.Contains(endpoint.Address))
            throw new DialException($"Forwarding to IP address {target.Host} is forbidden.");
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = new CancellationTokenSource(DialTimeout, realTime);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(endpoint, either.Token);
            return socket;
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (cancellationToken.IsCancellationRequested || failure is not (SocketException or OperationCanceledException))
                throw;
            throw new DialException($"dial tcp {endpoint}: {Reason((failure as SocketException)?.SocketErrorCode ?? SocketError.TimedOut)}");
        }
    }

    private DialException NoSuchHost() => new($"dial tcp: lookup {target.Host}: no such host");

    private static string Reason(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connect: connection refused",
        SocketError.HostUnreachable => "connect: no route to host",
        SocketError.NetworkUnreachable or SocketError.AddressNotAvailable => "connect: network is unreachable",
        SocketError.ConnectionReset => "connect: connection reset by peer",
        SocketError.TimedOut => "i/o timeout",
        _ => "connect: " + error,
    };
}
