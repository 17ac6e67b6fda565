namespace SsmSessions.Server.Consul.Agent;

/// <summary><c>PUT /v1/agent/check/deregister/:id</c>. One that the agent does not know is no error.</summary>
internal sealed class AgentCheckDeregister(TtlChecks checks)
{
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        request.RefuseNamespace();
        await AgentRights.RequireCheckAsync(request, checks);
        if (request.Name.Length == 0)
            throw new ConsulException(500, "CheckID missing");
        await checks.RemoveAsync(request.Name, request.Aborted);
        return ConsulAnswer.Empty;
    }
}
