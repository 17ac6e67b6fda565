using Microsoft.Extensions.Logging;

namespace SsmSessions.Server.MessageGateway;

internal static partial class Log
{
    [LoggerMessage(EventIds.ChannelFailed, LogLevel.Warning, "Data channel of session {SessionId}: something failed")]
    public static partial void ChannelFailed(this ILogger logger, string sessionId, Exception failure);

    [LoggerMessage(EventIds.ChannelRefused, LogLevel.Warning, "Refused a websocket to the data channel of session {SessionId}: {Reason}")]
    public static partial void ChannelRefused(this ILogger logger, string sessionId, string reason);

    [LoggerMessage(EventIds.MailboxFailed, LogLevel.Warning, "The messages of other hosts could not be read this time")]
    public static partial void MailboxFailed(this ILogger logger, Exception failure);

    [LoggerMessage(EventIds.FaultFailed, LogLevel.Warning, "A fault that was set could not take effect on every data channel")]
    public static partial void FaultFailed(this ILogger logger, Exception failure);

    [LoggerMessage(EventIds.PeerFailed, LogLevel.Warning, "Host {Host} at {PeerUrl}, which carries session {SessionId}, could not be reached")]
    public static partial void PeerFailed(this ILogger logger, string host, string? peerUrl, string sessionId, Exception? failure);
}
