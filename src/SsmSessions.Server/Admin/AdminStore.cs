using Microsoft.AspNetCore.Http;
using SsmSessions.Core;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;

namespace SsmSessions.Server.Admin;

/// <summary>Health, and reset: everything but the hosts and the service's own keys is forgotten, nodes and clock are as at the start.</summary>
internal sealed class AdminStore(
    ITable table,
    HostDirectory hosts,
    HostMembership host,
    HostMailbox mailbox,
    CarriedSessions carried,
    LeaseRegistry leases,
    LeaseMembers members,
    FaultRules faults,
    TimeProvider time)
{
    private static readonly HashSet<string> Kept = [StoreSchema.ServicePartition, HostDirectory.Partition, SessionNumbers.Partition, LeaseRegistry.Partition, FaultRules.ChangesPartition];

    public async Task HealthAsync(HttpContext http)
    {
        var live = await hosts.LiveAsync(fresh: true, http.RequestAborted);
        var health = new AdminHealth(
            "ok",
            ServiceVersion.Text,
            host.Name,
            table.GetType().Name,
            [.. live.Select(h => new AdminHost(h.Name, h.PeerUrl, h.Nodes.Count))]);
        await AdminJson.WriteAsync(http, health, AdminJsonContext.Default.AdminHealth);
    }

    private async Task TellOthersAsync(CancellationToken cancellationToken)
    {
        foreach (var other in (await hosts.LiveAsync(fresh: true, cancellationToken)).Where(h => h.Name != host.Name))
            await mailbox.EndAllAsync(other.Name, SessionEndTexts.Reset, cancellationToken);
    }

    public async Task ResetAsync(HttpContext http)
    {
        await table.ClearAsync(Kept, http.RequestAborted);
        await faults.ClearedAsync(http.RequestAborted);
        await leases.ResetAsync(http.RequestAborted);
        foreach (var session in carried.All)
            session.End(SessionEndTexts.Reset);
        if (table.IsShared)
            await TellOthersAsync(http.RequestAborted);
        await host.ResetNodesAsync(http.RequestAborted);
        await members.RefreshAsync(http.RequestAborted);
        if (time is AdjustableTimeProvider clock)
            clock.Offset = TimeSpan.Zero;
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
