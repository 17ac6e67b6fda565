using System.Net.WebSockets;
using SsmSessions.Channel;

namespace SsmSessions.Testing.DataChannels;

/// <summary>The client's way out: its present websocket, or none.</summary>
internal sealed class WebSocketLink : IFrameSink, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Null while there is none.</summary>
    public volatile WebSocket? Socket;

    public ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) =>
        SendAsync(frame, WebSocketMessageType.Binary, cancellationToken);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        var socket = Socket ?? throw new IOException("There is no websocket.");
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(message, type, endOfMessage: true, cancellationToken);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException("The websocket is gone.", e);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        Socket?.Abort();
        _turn.Dispose();
    }
}
