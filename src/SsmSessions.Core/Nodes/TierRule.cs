using SsmSessions.Core.Identity;
using SsmSessions.Core.Settings;

namespace SsmSessions.Core.Nodes;

/// <summary>Sessions to hybrid nodes need the advanced-instances tier (spec/ssm-control-plane.md §4.2.3), whoever carries the node.</summary>
public sealed class TierRule(ServiceSettings settings)
{
    /// <summary>Refuses a hybrid target while the tenant is on the standard tier.</summary>
    /// <exception cref="RefusedException">BadRequest.</exception>
    public async ValueTask RequireAsync(Tenant tenant, string target, CancellationToken cancellationToken)
    {
        if (NodeId.IsHybrid(target) && !await settings.IsAdvancedTierAsync(tenant, cancellationToken))
            throw new RefusedException(Refusal.BadRequest, "Enable advanced-instances tier to use Session Manager with your on-premises instances");
    }
}
