using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Documents;

/// <summary>A document: what all of its versions have in common, and what its default version is.</summary>
public sealed record Document
{
    /// <summary>The type of document that sessions run.</summary>
    public const string SessionType = "Session";

    /// <summary>The owner of the documents that come with the service.</summary>
    public const string Amazon = "Amazon";

    /// <summary>In <see cref="Shares"/>: everybody.</summary>
    public const string Everybody = "all";

    /// <summary>The account and region it lives in; the account of one that comes with the service is empty, as in its ARN.</summary>
    public required Tenant Tenant { get; init; }

    /// <summary>Its name, unique in its account and region.</summary>
    public required string Name { get; init; }

    /// <summary>Its DocumentType, <see cref="SessionType"/> or another of the model.</summary>
    public required string Type { get; init; }

    /// <summary>Which document of this name it is: a document that is created again under its name is another one, and nothing of
    /// the former is seen in it.</summary>
    public required string Incarnation { get; init; }

    /// <summary>The default version.</summary>
    public required DocumentVersion Default { get; init; }

    /// <summary>The highest version that exists.</summary>
    public required int LatestVersion { get; init; }

    /// <summary>The highest version that ever existed: a number is not used twice.</summary>
    public required int LastNumber { get; init; }

    /// <summary>How many versions exist.</summary>
    public required int VersionCount { get; init; }

    /// <summary>Its tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The accounts (or <see cref="Everybody"/>) that may read it, and for each the version: <c>$DEFAULT</c>,
    /// <c>$LATEST</c> or <c>$ALL</c>.</summary>
    public IReadOnlyDictionary<string, string> Shares { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>True for a document that comes with the service.</summary>
    public bool IsAmazons => Tenant.Account.Length == 0;

    /// <summary>The owner as shown: an account id, or <see cref="Amazon"/>.</summary>
    public string Owner => IsAmazons ? Amazon : Tenant.Account;

    /// <summary>Its ARN (spec/ssm-control-plane.md §2.2).</summary>
    public string Arn => Tenant.Arn("ssm", $"document/{Name}");

    /// <summary>True when the viewer owns it.</summary>
    public bool IsOwnedBy(Tenant viewer) => Tenant == viewer;

    /// <summary>How the viewer names it: by its name, or by its ARN when another account shares it.</summary>
    public string NameFor(Tenant viewer) => IsAmazons || IsOwnedBy(viewer) ? Name : Arn;

    /// <summary>Its tags as the viewer sees them: other accounts see none.</summary>
    public IReadOnlyDictionary<string, string> TagsFor(Tenant viewer) => IsOwnedBy(viewer) ? Tags : NoTags;

    private static readonly Dictionary<string, string> NoTags = [];

    /// <summary>What the viewer may read of it: <c>$ALL</c> of his own and Amazon's, what was shared of another account's, or
    /// null.</summary>
    public string? SharedVersionFor(Tenant viewer) =>
        IsAmazons || IsOwnedBy(viewer) ? "$ALL"
        : viewer.Region != Tenant.Region ? null
        : Shares.GetValueOrDefault(viewer.Account) ?? Shares.GetValueOrDefault(Everybody);
}
