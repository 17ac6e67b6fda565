using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Keys;

/// <summary><c>PUT /v1/kv/:key</c>: writes, acquires, releases (spec/consul-sessions.md §7.3).</summary>
internal sealed class KeyPut(LeaseRegistry registry)
{
    /// <summary>The largest value.</summary>
    public const int MaxValueBytes = 512 * 1024;

    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var key = request.RequireName("key name");
        var query = request.Query;
        request.RefuseConflict("cas", "acquire", "release");
        var flags = query.Has("flags") ? GoNumber.Parse(query.Get("flags")) : 0;
        var cas = query.Has("cas") ? GoNumber.Parse(query.Get("cas")) : (ulong?)null;
        var value = await request.ReadBodyAsync(MaxValueBytes, "kv_max_value_size");
        request.RequireDatacenter();
        request.Rights.RequireWrite(ConsulResource.Key, key);
        var outcome = await registry.ApplyAsync(
            new PutKey(key, value, flags)
            {
                Cas = cas,
                Acquire = query.Has("acquire") ? query.Get("acquire") : null,
                Release = query.Has("release") ? query.Get("release") : null,
            },
            request.Aborted);
        return outcome.Refusal is { } refusal
            ? throw new ConsulException(500, "raft apply failed: " + refusal)
            : ConsulAnswer.Of(outcome.Done);
    }
}
