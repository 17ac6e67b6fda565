using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;

namespace SsmSessions.Server.Consul.Sessions;

/// <summary><c>PUT /v1/session/destroy/:uuid</c>. One that is gone, or never was, is no error (spec/consul-sessions.md §3.2).</summary>
internal sealed class SessionDestroy(LeaseRegistry registry)
{
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        request.RefuseNamespace();
        var id = request.RequireName("session");
        request.RequireDatacenter();
        var rights = request.Rights;
        SessionId.Check(id, "apply failed: ");
        if ((await registry.ReadAsync(request.Aborted)).FindLease(id) is not { } lease)
            return ConsulAnswer.True;
        rights.RequireWrite(ConsulResource.Session, lease.Node);
        await registry.ApplyAsync(new EndLease(id), request.Aborted);
        return ConsulAnswer.True;
    }
}
