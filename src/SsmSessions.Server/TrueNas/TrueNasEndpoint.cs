using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.TrueNas;

/// <summary>Where a websocket of a TrueNAS client enters and leaves.</summary>
internal sealed class TrueNasEndpoint(TrueNasLogin login, TrueNasMethods methods, RealTime realTime, IHostApplicationLifetime lifetime)
{
    private const int MostConnections = 200;
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);

    private int _connections;

    public async Task ServeAsync(HttpContext http, Func<TrueNasConnection, TrueNasWire> wire)
    {
        if (!login.Allows(http))
        {
            await RefuseAsync(http, StatusCodes.Status403Forbidden, "Without --credentials this answers processes on this machine only.\n");
        }
        else if (!http.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, "This is answered over a websocket.\n");
        }
        else if (Interlocked.Increment(ref _connections) > MostConnections && !UnixPeer.IsBehind(http))
        {
            Interlocked.Decrement(ref _connections);
            await RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "There are too many connections.\n");
        }
        else
        {
            try
            {
                await ServeSocketAsync(http, wire);
            }
            finally
            {
                Interlocked.Decrement(ref _connections);
            }
        }
    }

    /// <summary>True for what is thrown when the other end is gone, or has to go.</summary>
    public static bool IsGone(Exception failure) =>
        failure is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException or InvalidOperationException;

    private async Task ServeSocketAsync(HttpContext http, Func<TrueNasConnection, TrueNasWire> makeWire)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { KeepAliveInterval = PingInterval, KeepAliveTimeout = PingInterval });
        using var connection = new TrueNasConnection(socket, login.AtStart(http), login.TakesSecrets(http), methods, realTime.Clock);
        var wire = makeWire(connection);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var watching = EndOverdueAsync(connection, over);
        try
        {
            var (status, reason) = await ReadAsync(socket, connection, wire, over.Token);
            using var late = new CancellationTokenSource(CloseWithin);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseAsync(status, reason, late.Token);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // The client went away, was silent for too long, or the service stops.
        }
        finally
        {
            await over.CancelAsync();
            await watching;
            socket.Abort();
        }
    }

    private static async Task<(WebSocketCloseStatus Status, string Reason)> ReadAsync(
        WebSocket socket, TrueNasConnection connection, TrueNasWire wire, CancellationToken cancellationToken)
    {
        var buffer = new byte[4 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                if (length == buffer.Length)
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 2, connection.LargestMessage + 1));
                received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                connection.Hear();
                length += received.Count;
                if (received.MessageType == WebSocketMessageType.Close)
                    return (WebSocketCloseStatus.NormalClosure, "");
                if (received.MessageType == WebSocketMessageType.Binary)
                    return (WebSocketCloseStatus.InvalidMessageType, "Invalid websocket message type");
                if (length > connection.LargestMessage)
                    return (WebSocketCloseStatus.MessageTooBig, "Max message length exceeded");
            }
            while (!received.EndOfMessage);

            try
            {
                await wire.HandleAsync(buffer.AsMemory(0, length), cancellationToken);
            }
            catch (TrueNasProtocolException bad)
            {
                return (WebSocketCloseStatus.InvalidPayloadData, LogText.Printable(bad.Message, 100));
            }
            catch (InvalidOperationException)
            {
                return (WebSocketCloseStatus.InvalidPayloadData, "A text is half a character");
            }
        }
    }

    /// <summary>Ends a connection that has to go. What it may be silent for changes with what is done on it, so it is looked at again and again.</summary>
    private async Task EndOverdueAsync(TrueNasConnection connection, CancellationTokenSource over)
    {
        using var timer = new PeriodicTimer(LookInterval, realTime.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(over.Token))
            {
                if (connection.IsOverdue)
                    await over.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private static Task RefuseAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain";
        return http.Response.WriteAsync(text);
    }
}
