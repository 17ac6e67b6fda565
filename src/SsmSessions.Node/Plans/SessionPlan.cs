using SsmSessions.Core.Documents;

namespace SsmSessions.Node;

/// <summary>What a node is told to run (spec/ssm-data-channel.md §14.5).</summary>
public sealed record SessionPlan
{
    /// <summary>The session's id, which is also that of its data channel.</summary>
    public required string SessionId { get; init; }

    /// <summary>The node.</summary>
    public required string Target { get; init; }

    /// <summary>What runs.</summary>
    public required SessionType Type { get; init; }

    /// <summary>The document's properties as a JSON object, <c>{{ name }}</c> not yet replaced; null where it has none.</summary>
    public string? PropertiesJson { get; init; }

    /// <summary>The preferences that apply, <c>{{ name }}</c> not yet replaced.</summary>
    public required SessionInputs Inputs { get; init; }

    /// <summary>The values of the document's parameters.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>The user of this session's owner, which goes before that of the preferences; null where he has none.</summary>
    public string? RunAsUser { get; init; }

    /// <summary>ARN of who started it.</summary>
    public string SessionOwner { get; init; } = "";
}
