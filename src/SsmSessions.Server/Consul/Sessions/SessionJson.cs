using System.Collections.Immutable;
using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Sessions;

/// <summary>Sessions on the wire, in the newer shape (spec/consul-sessions.md §3.1).</summary>
internal static class SessionJson
{
    /// <summary>An array of sessions.</summary>
    public static ReadOnlyMemory<byte> Render(IEnumerable<Lease> leases)
    {
        var json = new GoJsonWriter();
        json.Array(leases, Write);
        return json.Written;
    }

    private static void Write(GoJsonWriter json, Lease lease) => json.Object(json =>
    {
        json.Name("ID").String(lease.Id);
        json.Name("Name").String(lease.Name);
        json.Name("Node").String(lease.Node);
        json.Name("LockDelay").Number(lease.LockDelay);
        json.Name("Behavior").String(lease.Behavior == LeaseBehavior.Delete ? "delete" : "release");
        json.Name("TTL").String(lease.TtlText);
        json.Name("NodeChecks").Strings(lease.NodeChecks);
        json.Name("ServiceChecks");
        Write(json, lease.ServiceChecks);
        if (lease.Checks.Length > 0)
            json.Name("Checks").Strings(lease.Checks);
        json.Name("CreateIndex").Number(lease.CreateIndex);
        json.Name("ModifyIndex").Number(lease.CreateIndex);
    });

    private static void Write(GoJsonWriter json, ImmutableArray<ServiceCheck>? checks)
    {
        if (checks is not { } list)
            json.Null();
        else
            json.Array(list, static (json, check) => json.Object(json => json.Name("ID").String(check.Id).Name("Namespace").String(check.Namespace)));
    }
}
