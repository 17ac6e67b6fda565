using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Nodes;

/// <summary>What lets machines outside EC2 register as nodes of a tenant (spec/ssm-control-plane.md §8.1).</summary>
/// <param name="Tenant">The account and region that its nodes belong to.</param>
/// <param name="Id">A UUID, lower-case.</param>
public sealed record Activation(Tenant Tenant, string Id)
{
    /// <summary>SHA-256 of the code, base64. The code itself is told once and not kept: it is random, so a plain hash is enough.</summary>
    public required string CodeHash { get; init; }

    /// <summary>The name of its nodes' role, with its path.</summary>
    public required string IamRole { get; init; }

    /// <summary>In its creator's words.</summary>
    public string? Description { get; init; }

    /// <summary>The Name of its nodes.</summary>
    public string? DefaultInstanceName { get; init; }

    /// <summary>How many nodes may register with it, 1 to 1,000.</summary>
    public required int RegistrationLimit { get; init; }

    /// <summary>How many have, whether they are still there or not.</summary>
    public int RegistrationsCount { get; init; }

    /// <summary>From when on nobody can register with it.</summary>
    public required DateTimeOffset ExpirationDate { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>Copied to each node that it registers.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = System.Collections.Frozen.FrozenDictionary<string, string>.Empty;

    /// <summary>Whether it has expired.</summary>
    public bool HasExpired(DateTimeOffset now) => ExpirationDate <= now;
}

/// <summary>What an activation is asked for with.</summary>
/// <param name="IamRole">The name of its nodes' role.</param>
public sealed record NewActivation(string IamRole)
{
    /// <inheritdoc cref="Activation.Description"/>
    public string? Description { get; init; }

    /// <inheritdoc cref="Activation.DefaultInstanceName"/>
    public string? DefaultInstanceName { get; init; }

    /// <inheritdoc cref="Activation.RegistrationLimit"/>
    public int RegistrationLimit { get; init; } = 1;

    /// <summary>When it ends; null for 24 hours from now.</summary>
    public DateTimeOffset? ExpirationDate { get; init; }

    /// <inheritdoc cref="Activation.Tags"/>
    public IReadOnlyList<KeyValuePair<string, string>> Tags { get; init; } = [];
}

/// <summary>Which activations a list is limited to: each condition that is set must hold, with any of its values.</summary>
public sealed record ActivationFilter
{
    /// <summary>Ids.</summary>
    public IReadOnlyCollection<string>? Ids { get; init; }

    /// <summary>DefaultInstanceNames.</summary>
    public IReadOnlyCollection<string>? DefaultInstanceNames { get; init; }

    /// <summary>Role names.</summary>
    public IReadOnlyCollection<string>? IamRoles { get; init; }

    internal bool Matches(Activation activation) =>
        (Ids is null || Ids.Contains(activation.Id))
        && (DefaultInstanceNames is null || (activation.DefaultInstanceName is { } name && DefaultInstanceNames.Contains(name)))
        && (IamRoles is null || IamRoles.Contains(activation.IamRole));
}

/// <summary>A page of activations, and the id after which the next one begins (null when this was the last).</summary>
public sealed record ActivationPage(IReadOnlyList<Activation> Activations, string? Next);
