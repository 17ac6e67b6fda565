using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Catalog;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Agent;

/// <summary><c>PUT /v1/agent/check/pass|warn|fail/:id</c> with <c>?note=</c>, and <c>update/:id</c> with a body: how a check stands.</summary>
internal sealed class AgentCheckReport(TtlChecks checks)
{
    /// <summary>Answers a call whose path says the status.</summary>
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request, string status)
    {
        request.RefuseNamespace();
        return await ReportAsync(request, status, request.Query.Get("note"));
    }

    /// <summary>Answers a call whose body says the status.</summary>
    public async Task<ConsulAnswer> ServeUpdateAsync(ConsulRequest request)
    {
        var (status, output) = ("", "");
        await CatalogBody.DecodeAsync(request, body => body.Object("agent.checkUpdate", new Dictionary<string, Action<GoMember>>(StringComparer.Ordinal)
        {
            ["Status"] = text => status = text.String(status),
            ["Output"] = text => output = text.String(output),
        }));
        if (status is not (CatalogCheck.Passing or CatalogCheck.Warning or CatalogCheck.Critical))
            throw new ConsulException(400, $"Invalid check status: '{status}'");
        request.RefuseNamespace();
        return await ReportAsync(request, status, output);
    }

    private async Task<ConsulAnswer> ReportAsync(ConsulRequest request, string status, string output)
    {
        await AgentRights.RequireCheckAsync(request, checks);
        await checks.ReportAsync(request.Name, status, output, request.Aborted);
        return ConsulAnswer.Empty;
    }
}
