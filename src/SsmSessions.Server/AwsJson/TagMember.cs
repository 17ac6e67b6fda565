using FluentValidation;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson;

/// <summary>Tag of the model, in requests and answers.</summary>
internal sealed record TagMember(string? Key, string? Value)
{
    public static TagMember Read(RequestMembers members) => new(members.String("Key"), members.String("Value"));

    public static IReadOnlyList<TagMember> Of(IReadOnlyDictionary<string, string> tags) => [.. tags.Select(tag => new TagMember(tag.Key, tag.Value))];

    /// <summary>The tags of a request whose constraints hold.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Pairs(IReadOnlyList<TagMember>? tags) =>
        [.. (tags ?? []).Select(tag => KeyValuePair.Create(tag.Key!, tag.Value!))];

    public override string ToString() => WirePrint.Structure("Tag", ("key", Key), ("value", Value));
}

/// <summary>The constraints of a tag.</summary>
internal sealed class TagMemberValidator : AbstractValidator<TagMember>
{
    public TagMemberValidator()
    {
        RuleFor(t => t.Key).Required().Text(1, 128).Pattern(Patterns.TagText);
        RuleFor(t => t.Value).Required().Text(0, 256).Pattern(Patterns.TagText);
    }
}
