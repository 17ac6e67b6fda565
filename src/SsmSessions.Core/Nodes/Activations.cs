using System.Security.Cryptography;
using System.Text;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Tags;

namespace SsmSessions.Core.Nodes;

/// <summary>The life of activations: created, listed, deleted (spec/ssm-control-plane.md §8). Used by <see cref="NodeEnrollment"/>.</summary>
public sealed class Activations(ActivationRepository activations, TimeProvider time)
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(30);

    /// <summary>The bytes of a code: 20 characters of base64, as real codes have.</summary>
    private const int CodeBytes = 15;

    /// <summary>Creates an activation.</summary>
    /// <returns>The activation, and its code, which is not kept.</returns>
    /// <exception cref="RefusedException">InvalidParameters: the expiry or the number of tags. Validation: the role or a tag's key.</exception>
    public async Task<(Activation Activation, string Code)> CreateAsync(
        Tenant tenant, NewActivation request, CancellationToken cancellationToken)
    {
        RequireRole(tenant, request.IamRole);
        var now = time.GetUtcNow().ToMilliseconds();
        var expiration = request.ExpirationDate?.ToMilliseconds() ?? now + DefaultLifetime;
        if (expiration <= now || expiration > now + LongestLifetime)
            throw new RefusedException(Refusal.InvalidParameters, "The expiration date must be in the future and at most 30 days from now.");
        if (request.Tags.Count > TagRules.Most)
            throw new RefusedException(Refusal.InvalidParameters, $"An activation can have at most {TagRules.Most} tags.");

        var code = Convert.ToBase64String(RandomNumberGenerator.GetBytes(CodeBytes));
        var activation = new Activation(tenant, Guid.NewGuid().ToString())
        {
            CodeHash = Convert.ToBase64String(HashOf(code)),
            IamRole = request.IamRole,
            Description = request.Description,
            DefaultInstanceName = request.DefaultInstanceName,
            RegistrationLimit = request.RegistrationLimit,
            ExpirationDate = expiration,
            CreatedDate = now,
            Tags = TagRules.Collect(request.Tags),
        };
        await activations.AddAsync(activation, cancellationToken);
        return (activation, code);
    }

    /// <summary>A page of activations, in the order of their ids.</summary>
    public Task<ActivationPage> ListAsync(
        Tenant tenant, ActivationFilter filter, string? after, int limit, CancellationToken cancellationToken) =>
        activations.ListAsync(tenant, filter, after, limit, cancellationToken);

    /// <summary>Deletes an activation. Its nodes stay.</summary>
    /// <exception cref="RefusedException">InvalidActivation.</exception>
    public async Task DeleteAsync(Tenant tenant, string id, CancellationToken cancellationToken)
    {
        if (!await activations.RemoveAsync(tenant, id, cancellationToken))
            throw new RefusedException(Refusal.InvalidActivation, $"Activation {id} does not exist.");
    }

    /// <summary>Refuses the roles of other services. Others are taken on trust: there is no IAM here.</summary>
    /// <exception cref="RefusedException">Validation.</exception>
    internal static void RequireRole(Tenant tenant, string iamRole)
    {
        if (iamRole.StartsWith("aws-service-role/", StringComparison.Ordinal) || iamRole.StartsWith("AWSServiceRoleFor", StringComparison.Ordinal))
        {
            throw new RefusedException(
                Refusal.Validation,
                $"Nonexistent role or missing ssm service principal in trust policy: {tenant.GlobalArn("iam", $"role/{iamRole}")}");
        }
    }

    /// <summary>An activation that registers now one more node, if the code is right.</summary>
    /// <exception cref="RefusedException">InvalidActivation, ActivationExpired, RegistrationLimitExceeded.</exception>
    internal async Task<StoredActivation> RequireAsync(string id, string code, CancellationToken cancellationToken)
    {
        var stored = await activations.FindAnywhereAsync(id, cancellationToken);
        if (stored is null || !CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(stored.Activation.CodeHash), HashOf(code)))
            throw new RefusedException(Refusal.InvalidActivation, message: null);
        var activation = stored.Activation;
        if (activation.HasExpired(time.GetUtcNow()))
            throw new RefusedException(Refusal.ActivationExpired, message: null);
        return activation.RegistrationsCount < activation.RegistrationLimit
            ? stored
            : throw new RefusedException(
                Refusal.RegistrationLimitExceeded, $"Registration limit of {activation.RegistrationLimit} reached for activation {id}.");
    }

    private static byte[] HashOf(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
