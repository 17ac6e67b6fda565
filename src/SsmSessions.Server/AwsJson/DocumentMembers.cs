using System.Globalization;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Identity;

namespace SsmSessions.Server.AwsJson;

/// <summary>DocumentDescription of the model: a document and one of its versions (spec/ssm-control-plane.md §10.2).</summary>
internal sealed record DocumentDescriptionMember(
    IReadOnlyList<AttachmentInformationMember>? AttachmentsInformation,
    IReadOnlyList<string>? Category,
    IReadOnlyList<string>? CategoryEnum,
    AwsTimestamp CreatedDate,
    string DefaultVersion,
    string? Description,
    string? DisplayName,
    string DocumentFormat,
    string DocumentType,
    string DocumentVersion,
    string Hash,
    string HashType,
    string LatestVersion,
    string Name,
    string Owner,
    IReadOnlyList<DocumentParameterMember> Parameters,
    IReadOnlyList<string> PlatformTypes,
    IReadOnlyList<DocumentRequiresMember>? Requires,
    string? SchemaVersion,
    string Status,
    IReadOnlyList<TagMember> Tags,
    string? TargetType,
    string? VersionName)
{
    public static DocumentDescriptionMember Of(Tenant viewer, EditedDocument edited, string status)
    {
        var (document, version, content) = edited;
        var summary = content.Summarize();
        return new DocumentDescriptionMember(
            version.Attachments.Count == 0 ? null : [.. version.Attachments.Select(name => new AttachmentInformationMember(name))],
            Category: null,
            CategoryEnum: null,
            version.CreatedDate,
            Wire.Number(document.Default.Number),
            summary.Description,
            version.DisplayName,
            version.Format.Name(),
            document.Type,
            Wire.Number(version.Number),
            version.Hash,
            HashType: "Sha256",
            Wire.Number(document.LatestVersion),
            document.NameFor(viewer),
            document.Owner,
            [.. summary.Parameters.Select(p => new DocumentParameterMember(p.DefaultValue, p.Description, p.Name, p.Type))],
            DocumentPlatforms.All,
            DocumentRequiresMember.Of(version),
            version.SchemaVersion,
            status,
            TagMember.Of(document.TagsFor(viewer)),
            version.TargetType,
            version.VersionName);
    }
}

internal sealed record AttachmentInformationMember(string Name);

internal sealed record DocumentParameterMember(string? DefaultValue, string? Description, string Name, string? Type);

/// <summary>DocumentRequires of the model, in requests and answers alike.</summary>
internal sealed record DocumentRequiresMember(string? Name, string? RequireType, string? Version, string? VersionName)
{
    public static IReadOnlyList<DocumentRequiresMember>? Of(DocumentVersion version) => version.Requires.Count == 0
        ? null
        : [.. version.Requires.Select(r => new DocumentRequiresMember(r.Name, r.RequireType, r.Version, r.VersionName))];

    public static DocumentRequiresMember Read(RequestMembers members) =>
        new(members.String("Name"), members.String("RequireType"), members.String("Version"), members.String("VersionName"));

    public DocumentRequirement ToRequirement() => new(Name!, RequireType, Version, VersionName);

    public override string ToString() => Validation.WirePrint.Structure(
        "DocumentRequires", ("name", Name), ("version", Version), ("requireType", RequireType), ("versionName", VersionName));
}

/// <summary>Numbers that the model has as strings.</summary>
internal static class Wire
{
    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
