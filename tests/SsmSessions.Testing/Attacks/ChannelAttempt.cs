using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using SsmSessions.Channel.Payloads;

namespace SsmSessions.Testing.Attacks;

/// <summary>Tries to open a data channel, and says in a word what came of it.</summary>
public static class ChannelAttempt
{
    /// <summary>The channel speaks: whoever came is in.</summary>
    public const string Opened = "the channel opens";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Dials, sends a token, and reads the first message.</summary>
    /// <param name="url">Where.</param>
    /// <param name="token">Null sends nothing: whoever is let in so far waits, which is <see cref="Opened"/> too.</param>
    /// <param name="headers">Headers of the upgrade.</param>
    /// <returns><see cref="Opened"/>, the text of channel_closed, or the status of an upgrade that was refused.</returns>
    public static async Task<string> OpenAsync(Uri url, string? token, IReadOnlyDictionary<string, string>? headers = null)
    {
        using var deadline = new CancellationTokenSource(token is null ? TimeSpan.FromSeconds(2) : Deadline);
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
            socket.Options.SetRequestHeader(name, value);
        try
        {
            await socket.ConnectAsync(url, deadline.Token);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != default)
        {
            return ((int)socket.HttpStatusCode).ToString(CultureInfo.InvariantCulture);
        }

        if (token is not null)
        {
            var open = new OpenChannel("1.0", Guid.NewGuid().ToString(), token, null, Guid.NewGuid().ToString(), "1.2.700.0");
            await socket.SendAsync(open.ToText().AsMemory(), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
        }

        try
        {
            return await ReadAsync(socket, deadline.Token);
        }
        catch (OperationCanceledException) when (token is null)
        {
            return Opened;
        }
    }

    private static async Task<string> ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var message = new ArrayBufferWriter<byte>();
        while (true)
        {
            var received = await socket.ReceiveAsync(message.GetMemory(4 * 1024), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
                return $"closed: {(int)socket.CloseStatus!} {socket.CloseStatusDescription}";
            message.Advance(received.Count);
            if (received.EndOfMessage)
                return OutputOf(message.WrittenSpan) ?? Opened;
        }
    }

    /// <summary>What channel_closed tells; null for any other message.</summary>
    private static string? OutputOf(ReadOnlySpan<byte> frame) =>
        Channel.AgentMessage.TryReadHeader(frame, out var message) && message.Type == Channel.MessageType.ChannelClosed
            ? ChannelClosed.Read(message.Payload)?.Output ?? ""
            : null;
}
