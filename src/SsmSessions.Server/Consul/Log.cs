using Microsoft.Extensions.Logging;

namespace SsmSessions.Server.Consul;

internal static partial class Log
{
    [LoggerMessage(EventIds.ConsulCallFailed, LogLevel.Error, "A call of the Consul API failed: {Method} {Endpoint}")]
    public static partial void ConsulCallFailed(this ILogger logger, string method, string endpoint, Exception failure);
}
