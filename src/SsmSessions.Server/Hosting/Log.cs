using Microsoft.Extensions.Logging;

namespace SsmSessions.Server.Hosting;

internal static partial class Log
{
    [LoggerMessage(EventIds.SweepFailed, LogLevel.Warning, "Overdue sessions could not be ended this time")]
    public static partial void SweepFailed(this ILogger logger, Exception failure);

    [LoggerMessage(EventIds.HeartbeatFailed, LogLevel.Warning, "The heartbeat could not be written this time")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception failure);

    [LoggerMessage(EventIds.ForeignRequest, LogLevel.Warning, "Refused a request with a foreign {Header}: '{Value}'")]
    public static partial void ForeignRequest(this ILogger logger, string header, string value);
}
