using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Agent;

/// <summary><c>PUT /v1/agent/maintenance?enable=true|false</c>: gives this host's node a critical check, or takes it away. Sessions live on
/// (spec/consul-sessions.md §4.1).</summary>
internal sealed class AgentMaintenance(TtlChecks checks)
{
    /// <summary>The kind of its check in the catalog.</summary>
    public const string Kind = "maintenance";

    private const string CheckId = "_node_maintenance";
    private const string NoReason = "Maintenance mode is enabled for this node, but no reason was provided. This is a default message.";

    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        if (!request.Query.Has("enable"))
            throw new ConsulException(400, "Missing value for enable");
        var enable = GoBool.Parse(request.Query.Get("enable"))
            ?? throw new ConsulException(400, "Invalid value for enable: " + GoText.Quote(request.Query.Get("enable")));
        request.Rights.RequireWrite(ConsulResource.Node, checks.Node);
        if (!enable)
            await checks.RemoveAsync(CheckId, request.Aborted);
        else if (await checks.FindAsync(CheckId, request.Aborted) is null)
            await checks.AddAsync(Check(request.Query.Get("reason")), request.Aborted);
        return ConsulAnswer.Empty;
    }

    private static CatalogCheck Check(string reason) => new()
    {
        CheckId = CheckId,
        Name = "Node Maintenance Mode",
        Notes = reason.Length > 0 ? reason : NoReason,
        Status = CatalogCheck.Critical,
        Type = Kind,
    };
}
