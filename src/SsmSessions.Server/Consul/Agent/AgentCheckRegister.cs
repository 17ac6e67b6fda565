using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Catalog;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Agent;

/// <summary><c>PUT /v1/agent/check/register</c>: a check of this host's node that is reported within its time to live
/// (spec/consul-sessions.md §10). Checks that the agent would have to make itself are refused.</summary>
internal sealed class AgentCheckRegister(TtlChecks checks, LeaseRegistry registry)
{
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        request.RefuseNamespace();
        var body = new CheckDefinition();
        await CatalogBody.DecodeAsync(request, body.Read);
        body.Require();
        var rights = request.Rights;
        var node = (await registry.ReadAsync(request.Aborted)).Nodes.GetValueOrDefault(checks.Node);
        var service = body.ServiceId.Length > 0 ? node?.Services.GetValueOrDefault(body.ServiceId) : null;
        RequireRight(rights, service?.Service);
        var check = body.ToCheck();
        if (await checks.FindAsync(check.CheckId, request.Aborted) is { } replaced)
            RequireRight(rights, replaced.ServiceName);
        if (body.ServiceId.Length > 0 && service is null)
            throw new ConsulException(500, $"ServiceID {GoText.Quote(body.ServiceId)} does not exist");
        await checks.AddAsync(check, request.Aborted);
        return ConsulAnswer.Empty;
    }

    private void RequireRight(ConsulRights rights, string? service)
    {
        if (string.IsNullOrEmpty(service))
            rights.RequireWrite(ConsulResource.Node, checks.Node);
        else
            rights.RequireWrite(ConsulResource.Service, service);
    }
}
