using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Settings;
using SsmSessions.Core.Store;
using SsmSessions.Core.Tags;

namespace SsmSessions.Core.Nodes;

/// <summary>How machines become nodes and cease to be (spec/ssm-control-plane.md §8.4, §9.1).</summary>
public sealed class NodeEnrollment(
    ITable table, NodeRepository nodes, Activations activations, ServiceSettings settings, TimeProvider time)
{
    private const int HybridLimitStandard = 1_000;
    private const int HybridLimitAdvanced = 20_000;

    /// <summary>Registers a machine with an activation, in the activation's tenant.</summary>
    /// <exception cref="RefusedException">InvalidActivation, ActivationExpired, RegistrationLimitExceeded, InvalidPublicKey, TooManyTags,
    /// TooManyUpdates; Validation: a tag's key.</exception>
    public async Task<ManagedNode> RegisterHybridAsync(
        string activationId, string code, NewNode request, CancellationToken cancellationToken)
    {
        ManagedNode? registered = null;
        await Attempts.UntilDoneAsync(async () =>
        {
            var stored = await activations.RequireAsync(activationId, code, cancellationToken);
            var activation = stored.Activation;
            var node = NodeOf(activation, request);
            // The activation's owner decides: his tags win over those that the machine brings.
            var tags = TagRules.Collect([.. request.Tags, .. activation.Tags]);
            var count = await nodes.ReadCountAsync(activation.Tenant, cancellationToken);
            await RequireRoomAsync(activation.Tenant, count.Count, cancellationToken);

            List<TableWrite> writes =
            [
                ActivationRepository.Replace(stored, activation with { RegistrationsCount = activation.RegistrationsCount + 1 }),
                NodeRepository.Add(node),
                NodeRepository.Point(activation.Tenant, node.Id),
                count.Become(count.Count + 1),
            ];
            if (TagRepository.Put(activation.Tenant, ResourceOf(node), tags) is { } putTags)
                writes.Add(putTags);
            registered = node;
            return await table.WriteAsync(writes, cancellationToken);
        });
        return registered!;
    }

    /// <summary>Registers the key of an EC2 node in the caller's tenant. The node may have pinged before.</summary>
    /// <exception cref="RefusedException">AccessDenied, InvalidInstanceId, InstanceAlreadyRegistered, InvalidPublicKey, TooManyUpdates.</exception>
    /// <exception cref="AuthenticationFailedException">The caller is nobody.</exception>
    public async Task<ManagedNode> RegisterEc2Async(Caller caller, NewNode request, CancellationToken cancellationToken)
    {
        if (caller.Kind == CallerKind.Anonymous)
            throw AuthenticationErrors.Unsigned();
        var (tenant, id) = (caller.Tenant, request.Fingerprint);
        if (!NodeId.IsEc2(id))
            throw NodeRefusals.NotExisting(id);
        NodeRefusals.RequireSelf(caller, "RegisterManagedInstance", id);
        var registration = new NodeRegistration
        {
            Date = time.GetUtcNow().ToMilliseconds(),
            Fingerprint = id,
            PublicKey = NodePublicKey.Require(request.PublicKey),
        };
        ManagedNode? registered = null;
        await Attempts.UntilDoneAsync(async () =>
        {
            if (await nodes.FindTenantAsync(id, cancellationToken) is not null)
                throw new RefusedException(Refusal.InstanceAlreadyRegistered, $"Instance {id} is already registered.");
            var stored = await nodes.FindAsync(tenant, id, cancellationToken);
            registered = (stored?.Node ?? new ManagedNode(tenant, id)) with { Registration = registration };
            var write = stored is null ? NodeRepository.Add(registered) : NodeRepository.Replace(stored, registered);
            return await table.WriteAsync([write, NodeRepository.Point(tenant, id)], cancellationToken);
        });
        return registered!;
    }

    /// <summary>Takes a node away with its key and its tags. Sessions to it are not its business.</summary>
    /// <exception cref="RefusedException">InvalidInstanceId, TooManyUpdates.</exception>
    public Task DeregisterAsync(Tenant tenant, string id, CancellationToken cancellationToken) => Attempts.UntilDoneAsync(async () =>
    {
        var stored = await nodes.FindAsync(tenant, id, cancellationToken) ?? throw NodeRefusals.NotExisting(id);
        List<TableWrite> writes =
        [
            NodeRepository.Remove(stored),
            TagRepository.Delete(tenant, ResourceOf(stored.Node)),
        ];
        // An EC2 node that only pinged has no key, and so its id leads nowhere.
        if (stored.Node.Registration.PublicKey is not null)
            writes.Add(NodeRepository.Unpoint(id));
        if (stored.Node.IsHybrid)
        {
            var count = await nodes.ReadCountAsync(tenant, cancellationToken);
            writes.Add(count.Become(count.Count - 1));
        }

        return await table.WriteAsync(writes, cancellationToken);
    });

    private ManagedNode NodeOf(Activation activation, NewNode request) => new(activation.Tenant, NodeId.NewHybrid())
    {
        Registration = new NodeRegistration
        {
            ActivationId = activation.Id,
            IamRole = activation.IamRole,
            Name = activation.DefaultInstanceName,
            Date = time.GetUtcNow().ToMilliseconds(),
            Fingerprint = request.Fingerprint,
            PublicKey = NodePublicKey.Require(request.PublicKey),
        },
    };

    private async Task RequireRoomAsync(Tenant tenant, int count, CancellationToken cancellationToken)
    {
        if (count < HybridLimitStandard)
            return;
        var limit = await settings.IsAdvancedTierAsync(tenant, cancellationToken) ? HybridLimitAdvanced : HybridLimitStandard;
        if (count >= limit)
            throw new RefusedException(Refusal.RegistrationLimitExceeded, $"Registration limit of {limit} reached for SSM On-prem managed instances.");
    }

    private static TaggedResource ResourceOf(ManagedNode node) => new(TaggedResource.ManagedInstance, node.Id);
}

/// <summary>What a machine brings to its registration.</summary>
/// <param name="Fingerprint">What its agent derived from the hardware; on EC2 the instance id.</param>
/// <param name="PublicKey">Base64 of the DER SubjectPublicKeyInfo of its RSA key.</param>
public sealed record NewNode(string Fingerprint, string PublicKey)
{
    /// <summary>Tags for the node.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Tags { get; init; } = [];
}
