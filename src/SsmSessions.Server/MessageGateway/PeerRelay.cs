using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.MessageGateway;

/// <summary>
/// Brings a websocket that landed on this host to the one that carries its session (DESIGN §8), message by message. The other host is shown
/// a proof that a host on the same table relays, and has seen to the signature.
/// </summary>
internal sealed class PeerRelay(HostDirectory hosts, HostMembership host, LoadedKeys keys, RealTime realTime, ILogger<PeerRelay> log)
{
    private const string ProofHeader = "X-Ssm-Sessions-Peer";
    private const int BufferBytes = 32 * 1024;
    private static readonly TimeSpan ProofLifetime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);

    /// <summary>True for a websocket that another host on the table relays.</summary>
    public bool IsPeer(HttpRequest request, string sessionId)
    {
        if (request.Headers[ProofHeader] is not [{ } proof] || proof.IndexOf('.', StringComparison.Ordinal) is var dot && dot < 0)
            return false;
        return long.TryParse(proof.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(realTime.Clock.GetUtcNow().ToUnixTimeSeconds() - seconds) <= ProofLifetime.TotalSeconds
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(proof), Encoding.ASCII.GetBytes(ProofOf(sessionId, seconds)));
    }

    /// <summary>The live host that carries the session, if it is another one.</summary>
    public async ValueTask<HostRecord?> FindAsync(Session session, CancellationToken cancellationToken)
    {
        if (session.Host is not { } name || name == host.Name || session.State == SessionState.History)
            return null;
        return await hosts.FindLiveAsync(name, cancellationToken);
    }

    /// <summary>Relays until either side ends. When the other host cannot be reached the client is cut off after a while, and tries again by
    /// itself.</summary>
    /// <returns>Why nothing can be relayed for good, or null.</returns>
    public async Task<ChannelRefusal?> RelayAsync(HostRecord peer, WebSocket client, string sessionId, CancellationToken cancellationToken)
    {
        if (peer.PeerUrl is not { } address)
        {
            log.PeerFailed(peer.Name, peer.PeerUrl, sessionId, failure: null);
            return ChannelRefusal.NoPeerUrl;
        }

        using var carrier = new ClientWebSocket();
        carrier.Options.SetRequestHeader(ProofHeader, ProofOf(sessionId, realTime.Clock.GetUtcNow().ToUnixTimeSeconds()));
        try
        {
            using var limit = new CancellationTokenSource(ConnectWithin, realTime.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await carrier.ConnectAsync(UrlOf(address, sessionId), either.Token);
        }
        catch (Exception unreachable) when (unreachable is WebSocketException or OperationCanceledException or UriFormatException)
        {
            log.PeerFailed(peer.Name, peer.PeerUrl, sessionId, unreachable);
            // Clients come back at once, and do so without end.
            await Task.Delay(RetryAfter, realTime.Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            client.Abort();
            return null;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var inward = CopyAsync(client, carrier, over.Token);
        var outward = CopyAsync(carrier, client, over.Token);
        await Task.WhenAny(inward, outward);
        if (inward.IsCompleted)
            carrier.Abort();
        else if (carrier.CloseStatus is null)
            client.Abort();
        else
            await inward.WaitAsync(ConnectWithin, realTime.Clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await over.CancelAsync();
        await Task.WhenAll(inward, outward);
        return null;
    }

    private static async Task CopyAsync(WebSocket from, WebSocket to, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                var received = await from.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await to.CloseOutputAsync(from.CloseStatus ?? WebSocketCloseStatus.NormalClosure, statusDescription: null, cancellationToken);
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, cancellationToken);
            }
        }
        catch (Exception lost) when (lost is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One side has gone: the caller ends the other.
        }
    }

    private static Uri UrlOf(string peerUrl, string sessionId)
    {
        var address = new Uri(peerUrl);
        var scheme = address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws";
        return new Uri($"{scheme}://{address.Authority}{address.AbsolutePath.TrimEnd('/')}/v1/data-channel/{sessionId}?role=publish_subscribe");
    }

    private string ProofOf(string sessionId, long seconds)
    {
        var mac = HMACSHA256.HashData(keys.Peers, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seconds}\n{sessionId}")));
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}.{Convert.ToHexStringLower(mac)}");
    }
}
