using System.Collections.Concurrent;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.AwsJson;

/// <summary>
/// Ends the overdue sessions of a tenant before they are listed, so that a list is right also where no host sweeps (Lambda) and
/// at once after the clock was moved. Looks at most once a second of the service's time.
/// </summary>
internal sealed class OverdueSessions(SessionRegistry sessions, TimeProvider time)
{
    private const int MostAtOnce = 25;
    private const int MostTenants = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Tenant, DateTimeOffset> _lastLook = new();

    public async ValueTask EndAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_lastLook.TryGetValue(tenant, out var last) && now - last < Interval && now >= last)
            return;
        var looked = await sessions.EndOverdueAsync(tenant, MostAtOnce, cancellationToken);
        if (looked >= MostAtOnce)
            return;
        // Tenants are whatever callers say they are: they are remembered within bounds.
        if (_lastLook.Count >= MostTenants)
            _lastLook.Clear();
        _lastLook[tenant] = now;
    }
}
