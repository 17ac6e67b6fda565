using Microsoft.Extensions.Logging;

namespace SsmSessions.Server.Consul.Catalog;

internal static partial class CatalogLog
{
    [LoggerMessage(EventIds.MembersFailed, LogLevel.Warning, "The members of the catalog could not be compared with the hosts this time")]
    public static partial void MembersFailed(this ILogger logger, Exception failure);

    [LoggerMessage(EventIds.ChecksFailed, LogLevel.Warning, "Checks that were not reported in time could not be said to be critical this time")]
    public static partial void ChecksFailed(this ILogger logger, Exception failure);
}
