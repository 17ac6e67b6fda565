using Microsoft.Extensions.Logging;

namespace SsmSessions.Server.AwsJson;

internal static partial class Log
{
    [LoggerMessage(EventIds.UnknownOperation, LogLevel.Warning, "Refused an operation that is not answered here: X-Amz-Target '{Target}'")]
    public static partial void UnknownOperation(this ILogger logger, string target);

    [LoggerMessage(EventIds.CallFailed, LogLevel.Error, "Request {RequestId} failed")]
    public static partial void CallFailed(this ILogger logger, string requestId, Exception failure);
}
