using System.Net.WebSockets;

namespace SsmSessions.Testing.DataChannels;

/// <summary>How a websocket ended: with a close frame, or without.</summary>
/// <param name="Status">Of the close frame; null when the connection just broke.</param>
/// <param name="Description">Its text.</param>
public sealed record SocketEnd(WebSocketCloseStatus? Status, string? Description);
