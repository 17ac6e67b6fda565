using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Keys;

/// <summary><c>DELETE /v1/kv/:key</c>: a key, or all that begin so (spec/consul-sessions.md §7.4).</summary>
internal sealed class KeyDelete(LeaseRegistry registry)
{
    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        request.RefuseConflict("recurse", "cas");
        var recurse = request.Query.Has("recurse");
        var key = recurse ? request.Name : request.RequireName("key name");
        var cas = request.Query.Has("cas") ? GoNumber.Parse(request.Query.Get("cas")) : (ulong?)null;
        request.RequireDatacenter();
        if (recurse)
            request.Rights.RequireWriteUnder(ConsulResource.Key, key);
        else
            request.Rights.RequireWrite(ConsulResource.Key, key);
        var outcome = await registry.ApplyAsync(recurse ? new DeleteKeysUnder(key) : new DeleteKey(key, cas), request.Aborted);
        return ConsulAnswer.Of(cas is null || outcome.Done);
    }
}
