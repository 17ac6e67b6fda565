using System.Security.Cryptography;
using System.Text;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Settings;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Nodes;

/// <summary>What registered nodes' agents ask for, and what their owners change about them (spec/ssm-control-plane.md §8.4, §9).</summary>
/// <param name="nodes">The nodes.</param>
/// <param name="settings">The tenant's settings.</param>
/// <param name="issued">Makes the credentials of a node's role.</param>
/// <param name="time">The service's clock.</param>
/// <param name="realTime">The clock that agents' credentials end by.</param>
public sealed class NodeAgents(
    NodeRepository nodes, ServiceSettings settings, IssuedCredentials issued, TimeProvider time, TimeProvider realTime)
{
    private static readonly TimeSpan RoleLifetime = TimeSpan.FromHours(1);

    /// <summary>Takes an agent's ping: it is alive, and this is what it says. An EC2 node becomes known by its first one.</summary>
    /// <exception cref="RefusedException">AccessDenied, InvalidInstanceInformationValue, InvalidInstanceId, TooManyUpdates.</exception>
    public Task ReportAsync(Caller caller, string id, AgentReport report, CancellationToken cancellationToken)
    {
        NodeRefusals.RequireSelf(caller, "UpdateInstanceInformation", id);
        AgentReportRules.Require(report);
        return Attempts.UntilDoneAsync(async () =>
        {
            var stored = await nodes.FindAsync(caller.Tenant, id, cancellationToken);
            if (stored is null && !NodeId.IsEc2(id))
                throw NodeRefusals.NotExisting(id);
            var node = stored?.Node ?? new ManagedNode(caller.Tenant, id);
            var pinged = node with { Report = node.Report.With(report), LastPing = time.GetUtcNow().ToMilliseconds() };
            return stored is null ? await nodes.TryAddAsync(pinged, cancellationToken) : await nodes.TryUpdateAsync(stored, pinged, cancellationToken);
        });
    }

    /// <summary>Credentials of a node's role, for an hour.</summary>
    /// <param name="caller">The node, proven by its key.</param>
    /// <param name="fingerprint">What its agent derives from the hardware now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">AccessDenied: no node, or an EC2 node without default host management. InvalidInstanceId.
    /// MachineFingerprintDoesNotMatch.</exception>
    public async Task<IssuedKeys> IssueRoleAsync(Caller caller, string fingerprint, CancellationToken cancellationToken)
    {
        var node = (await RequireProvenAsync(caller, "RequestManagedInstanceRoleToken", cancellationToken)).Node;
        if (!SameText(node.Registration.Fingerprint ?? "", fingerprint))
            throw new RefusedException(Refusal.MachineFingerprintDoesNotMatch, "Fingerprint does not match");
        var role = node.IsHybrid ? node.Registration.IamRole : await settings.FindDefaultNodeRoleAsync(node.Tenant, cancellationToken);
        if (role is null)
        {
            throw new RefusedException(
                Refusal.AccessDenied, $"Systems Manager's instance management role is not configured for account: {node.Tenant.Account}");
        }

        var session = $"assumed-role/{role[(role.LastIndexOf('/') + 1)..]}/{node.Id}";
        return issued.Issue(new IssuedClaims(
            node.Tenant, CallerKind.NodeRole, node.Id, node.Tenant.GlobalArn("sts", session), realTime.GetUtcNow() + RoleLifetime));
    }

    /// <summary>Gives a node another key.</summary>
    /// <param name="caller">The node, proven by its present key.</param>
    /// <param name="publicKey">Base64 of the DER SubjectPublicKeyInfo.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">AccessDenied, InvalidInstanceId, InvalidPublicKey, PublicKeyAlreadyRegistered, TooManyUpdates.</exception>
    public Task ChangeKeyAsync(Caller caller, string publicKey, CancellationToken cancellationToken) => Attempts.UntilDoneAsync(async () =>
    {
        var stored = await RequireProvenAsync(caller, "UpdateManagedInstancePublicKey", cancellationToken);
        var key = NodePublicKey.Require(publicKey);
        var registration = stored.Node.Registration;
        if (registration.PublicKey == key)
            throw new RefusedException(Refusal.PublicKeyAlreadyRegistered, $"The public key is already registered for {stored.Node.Id}.");
        return await nodes.TryUpdateAsync(stored, stored.Node with { Registration = registration with { PublicKey = key } }, cancellationToken);
    });

    /// <summary>Gives a hybrid node another role.</summary>
    /// <exception cref="RefusedException">InvalidInstanceId, TooManyUpdates; Validation: a role of another service.</exception>
    public Task ChangeRoleAsync(Tenant tenant, string id, string iamRole, CancellationToken cancellationToken)
    {
        Activations.RequireRole(tenant, iamRole);
        return Attempts.UntilDoneAsync(async () =>
        {
            var stored = await nodes.FindAsync(tenant, id, cancellationToken) ?? throw NodeRefusals.NotExisting(id);
            var changed = stored.Node with { Registration = stored.Node.Registration with { IamRole = iamRole } };
            return await nodes.TryUpdateAsync(stored, changed, cancellationToken);
        });
    }

    private async Task<StoredNode> RequireProvenAsync(Caller caller, string operation, CancellationToken cancellationToken)
    {
        var id = caller.ProvenNodeId ?? throw AccessDenied.To(caller, operation, caller.Tenant.Arn("ssm", "*"));
        return await nodes.FindAsync(caller.Tenant, id, cancellationToken) ?? throw NodeRefusals.NotExisting(id);
    }

    private static bool SameText(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));
}
