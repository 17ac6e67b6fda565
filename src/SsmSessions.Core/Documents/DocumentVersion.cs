using System.Text.Json.Serialization;

namespace SsmSessions.Core.Documents;

/// <summary>One version of a document, without its content. Versions never change.</summary>
public sealed record DocumentVersion
{
    /// <summary>Its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The name that its author gave to this version, unique in the document.</summary>
    public string? VersionName { get; init; }

    /// <summary>A friendly name of the document.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The kind of resource it runs on, such as <c>/AWS::EC2::Instance</c>.</summary>
    public string? TargetType { get; init; }

    /// <summary>The form of its content.</summary>
    public required DocumentFormat Format { get; init; }

    /// <summary>When it was made, UTC, whole milliseconds.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>SHA-256 of its content, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>The schema version that its content names, or null.</summary>
    public string? SchemaVersion { get; init; }

    /// <summary>The documents that it needs.</summary>
    public IReadOnlyList<DocumentRequirement> Requires { get; init; } = [];

    /// <summary>The names of its attachments.</summary>
    public IReadOnlyList<string> Attachments { get; init; } = [];
}

/// <summary>A document that another needs. All as its author wrote it.</summary>
public sealed record DocumentRequirement(string Name, string? RequireType, string? Version, string? VersionName);

/// <summary>The form of a document's content. The names are stored: they never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DocumentFormat>))]
public enum DocumentFormat
{
    /// <summary>JSON.</summary>
    Json,

    /// <summary>YAML.</summary>
    Yaml,

    /// <summary>Anything.</summary>
    Text,
}

/// <summary>The wire names of <see cref="DocumentFormat"/>.</summary>
public static class DocumentFormats
{
    /// <summary>The wire name.</summary>
    public static string Name(this DocumentFormat format) => format switch
    {
        DocumentFormat.Json => "JSON",
        DocumentFormat.Yaml => "YAML",
        _ => "TEXT",
    };

    /// <summary>The format of a wire name; JSON where none is given.</summary>
    public static DocumentFormat Of(string? name) => name switch
    {
        null or "JSON" => DocumentFormat.Json,
        "YAML" => DocumentFormat.Yaml,
        "TEXT" => DocumentFormat.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, message: null),
    };
}
