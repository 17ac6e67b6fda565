using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Agent;

/// <summary>Who may change what the agent knows (spec/consul-sessions.md §8).</summary>
internal static class AgentRights
{
    /// <summary>Refuses a caller who may not write the check of the request: a service's by the service, any other by the node. Where tokens are
    /// asked for, one that is not there is told at once.</summary>
    /// <exception cref="ConsulException">He may not, or there is none.</exception>
    public static async Task RequireCheckAsync(ConsulRequest request, TtlChecks checks)
    {
        var rights = request.Rights;
        if (ReferenceEquals(rights, ConsulRights.All))
            return;
        var check = await checks.FindAsync(request.Name, request.Aborted)
            ?? throw new ConsulException(500, $"Unknown check {GoText.Quote(request.Name)}");
        if (check.ServiceName.Length > 0)
            rights.RequireWrite(ConsulResource.Service, check.ServiceName);
        else
            rights.RequireWrite(ConsulResource.Node, checks.Node);
    }
}
