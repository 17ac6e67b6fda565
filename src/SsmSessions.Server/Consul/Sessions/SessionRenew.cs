using SsmSessions.Core.Leases;

namespace SsmSessions.Server.Consul.Sessions;

/// <summary><c>PUT /v1/session/renew/:uuid</c>: an array of the one that was renewed. Options of reads are looked at, and mean nothing.</summary>
internal sealed class SessionRenew(LeaseRegistry registry)
{
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        _ = ReadOptions.Of(request);
        request.RefuseNamespace();
        var id = request.RequireName("session");
        request.RequireDatacenter();
        var rights = request.Rights;
        SessionId.Check(id);
        if ((await registry.ReadAsync(request.Aborted)).FindLease(id) is not { } lease)
            throw NotFound(id);
        rights.RequireWrite(ConsulResource.Session, lease.Node);
        if (!await registry.RenewAsync(id, request.Aborted))
            throw NotFound(id);
        return ConsulAnswer.Json(SessionJson.Render([lease]));
    }

    private static ConsulException NotFound(string id) => new(404, $"Session id '{id}' not found");
}
