using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace SsmSessions.Server.Hosting;

/// <summary>The process at the other end of a unix socket, as the kernel says it.</summary>
/// <param name="ProcessId">Its id.</param>
/// <param name="UserId">Its user.</param>
/// <param name="GroupId">Its group.</param>
internal sealed record UnixPeer(int ProcessId, uint UserId, uint GroupId)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int IdLength = 4;

    private static readonly Lazy<uint> OwnUserId = new(ReadOwnUserId);

    /// <summary>True for a request that came in by a unix socket.</summary>
    public static bool IsBehind(HttpContext http) => SocketOf(http) is not null;

    /// <summary>True for a process of the user who runs the service, or of root, at the other end of a unix socket, that speaks for nobody else.
    /// Where the system does not say whose it is, the socket's own rights have to do.</summary>
    public static bool IsOwner(HttpContext http) =>
        IsBehind(http) && LoopbackPeer.IsDirect(http) && (!OperatingSystem.IsLinux() || Of(http) is { } peer && (peer.UserId == 0 || peer.UserId == OwnUserId.Value));

    /// <summary>The peer; null for one that is not behind a unix socket, and where the system does not say (Linux does).</summary>
    public static UnixPeer? Of(HttpContext http)
    {
        if (!OperatingSystem.IsLinux() || SocketOf(http) is not { } socket)
            return null;
        Span<byte> credentials = stackalloc byte[3 * IdLength];
        if (socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) != credentials.Length)
            return null;
        return new UnixPeer(
            BitConverter.ToInt32(credentials),
            BitConverter.ToUInt32(credentials[IdLength..]),
            BitConverter.ToUInt32(credentials[(2 * IdLength)..]));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"UNIX socket (pid={ProcessId} uid={UserId} gid={GroupId})");

    /// <summary>The effective user, the second number of the line: <c>Uid: real effective saved filesystem</c>.</summary>
    private static uint ReadOwnUserId() => uint.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2],
        System.Globalization.CultureInfo.InvariantCulture);

    private static Socket? SocketOf(HttpContext http) =>
        http.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket ? socket : null;
}
