using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Documents;

/// <summary>Which documents a list is limited to: several keys must all hold, of one key's values any
/// (spec/ssm-control-plane.md §10.3).</summary>
public sealed class DocumentFilter
{
    private const string TagPrefix = "tag:";

    private static readonly string[] Owners = [Document.Amazon, "Private", "Public", "Self", "ThirdParty"];

    private readonly List<Func<Tenant, Document, bool>> _conditions = [];

    /// <summary>Adds a condition.</summary>
    /// <exception cref="RefusedException">InvalidFilterKey; Validation for an Owner that is none.</exception>
    public DocumentFilter Where(string key, IReadOnlyList<string> values)
    {
        _conditions.Add(key switch
        {
            "Name" => (_, document) => values.Any(prefix => document.Name.StartsWith(prefix, StringComparison.Ordinal)),
            "Owner" => IsOwned(values),
            "DocumentType" => (_, document) => values.Contains(document.Type, StringComparer.Ordinal),
            "PlatformTypes" => (_, _) => values.Intersect(DocumentPlatforms.All, StringComparer.Ordinal).Any(),
            "TargetType" => (_, document) => values.Contains(document.Default.TargetType, StringComparer.Ordinal),
            _ when key.StartsWith(TagPrefix, StringComparison.Ordinal) => IsTagged(key[TagPrefix.Length..], values),
            _ => throw new RefusedException(Refusal.InvalidFilterKey, message: null),
        });
        return this;
    }

    /// <summary>True when a document that the viewer sees meets every condition.</summary>
    public bool Matches(Tenant viewer, Document document) => _conditions.TrueForAll(holds => holds(viewer, document));

    private static Func<Tenant, Document, bool> IsOwned(IReadOnlyList<string> values)
    {
        if (values is not [var owner] || !Owners.Contains(owner, StringComparer.Ordinal))
        {
            throw new RefusedException(
                Refusal.Validation, $"The Owner filter must have exactly one of the values [{string.Join(", ", Owners)}].");
        }

        return (viewer, document) => owner switch
        {
            Document.Amazon => document.IsAmazons,
            "Self" => document.IsOwnedBy(viewer),
            "Public" => document.Shares.ContainsKey(Document.Everybody),
            "Private" => document.Shares.ContainsKey(viewer.Account),
            _ => false,
        };
    }

    /// <summary>Without values, any value of the tag will do.</summary>
    private static Func<Tenant, Document, bool> IsTagged(string tag, IReadOnlyList<string> values) =>
        (viewer, document) => document.TagsFor(viewer).TryGetValue(tag, out var value)
            && (values.Count == 0 || values.Contains(value, StringComparer.Ordinal));
}

/// <summary>The platforms of documents: every one of them, whatever the document.</summary>
public static class DocumentPlatforms
{
    /// <summary>As they are listed.</summary>
    public static IReadOnlyList<string> All { get; } = ["Windows", "Linux", "MacOS"];
}
