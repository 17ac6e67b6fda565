using SsmSessions.Core.Leases;

namespace SsmSessions.Server.Consul.Sessions;

/// <summary>Ids of sessions as they are sent.</summary>
internal static class SessionId
{
    /// <summary>Refuses an id that is malformed (spec/consul-sessions.md §3.3).</summary>
    /// <param name="id">The id as it was sent.</param>
    /// <param name="prefix">What is said before Consul's words.</param>
    public static void Check(string id, string prefix = "")
    {
        if (LeaseId.FaultOf(id) is { } fault)
            throw new ConsulException(500, $"{prefix}failed session lookup: index error: {fault}");
    }
}
