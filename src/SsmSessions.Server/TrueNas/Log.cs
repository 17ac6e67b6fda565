using Microsoft.Extensions.Logging;

namespace SsmSessions.Server.TrueNas;

internal static partial class Log
{
    [LoggerMessage(EventIds.TrueNasCallFailed, LogLevel.Error, "The TrueNAS call {Method} failed")]
    public static partial void TrueNasCallFailed(this ILogger logger, Exception failure, string method);

    [LoggerMessage(EventIds.TrueNasEventsFailed, LogLevel.Warning, "Sessions could not be read for TrueNAS events this time")]
    public static partial void TrueNasEventsFailed(this ILogger logger, Exception failure);
}
