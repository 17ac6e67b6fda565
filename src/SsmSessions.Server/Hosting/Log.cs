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

    [LoggerMessage(EventIds.ActivityFailed, LogLevel.Warning, "What happens in sessions could not be told to the other hosts this time")]
    public static partial void ActivityFailed(this ILogger logger, Exception failure);

    [LoggerMessage(EventIds.LeasesFailed, LogLevel.Warning, "Consul's sessions could not be followed or ended this time")]
    public static partial void LeasesFailed(this ILogger logger, Exception failure);

    [LoggerMessage(EventIds.FaultsFailed, LogLevel.Warning, "Faults that were set could not be followed this time")]
    public static partial void FaultsFailed(this ILogger logger, Exception failure);

    [LoggerMessage(EventIds.TunnelRefused, LogLevel.Warning, "Refused a tunnel to '{Target}'")]
    public static partial void TunnelRefused(this ILogger logger, string target);

    [LoggerMessage(EventIds.ServerNameRefused, LogLevel.Warning, "Refused TLS for '{Name}': no name of this server. The option --allow-host allows it")]
    public static partial void ServerNameRefused(this ILogger logger, string name);

    [LoggerMessage(EventIds.AuthorityMade, LogLevel.Information, "Made a certificate authority in {Folder}: {Reason}")]
    public static partial void AuthorityMade(this ILogger logger, string folder, string reason);
}
