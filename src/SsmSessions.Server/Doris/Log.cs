using Microsoft.Extensions.Logging;

namespace SsmSessions.Server.Doris;

internal static partial class Log
{
    [LoggerMessage(EventIds.DorisFailed, LogLevel.Error, "Sessions could not be read for the session action")]
    public static partial void SessionsNotRead(this ILogger logger, Exception failure);
}
