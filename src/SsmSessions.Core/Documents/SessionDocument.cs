namespace SsmSessions.Core.Documents;

/// <summary>The content of a Session document, read and checked (spec/ssm-control-plane.md §11.1).</summary>
public sealed record SessionDocument
{
    /// <summary>What runs where an account has no document of preferences and the caller names none.</summary>
    public static SessionDocument BuiltIn { get; } =
        SessionDocumentParser.Parse("""{"schemaVersion":"1.0","sessionType":"Standard_Stream","inputs":{"idleSessionTimeout":"20"}}""");

    /// <summary>What runs.</summary>
    public required SessionType Type { get; init; }

    /// <summary>Its preferences; null where it has none, so that those of the region apply.</summary>
    public SessionInputs? Inputs { get; init; }

    /// <summary>Its parameters, in its order.</summary>
    public IReadOnlyList<ParameterDefinition> Parameters { get; init; } = [];

    /// <summary>Its properties as a JSON object, <c>{{ name }}</c> not yet replaced; null where it has none.</summary>
    public string? PropertiesJson { get; init; }

    /// <summary>The whole document as JSON, whatever format it was written in.</summary>
    public required string Json { get; init; }

    /// <summary>Reads and checks a content.</summary>
    /// <exception cref="RefusedException">InvalidDocumentContent, InvalidDocumentSchemaVersion.</exception>
    public static SessionDocument Parse(DocumentContent content) => content.Json is { } json
        ? SessionDocumentParser.Parse(json)
        : throw DocumentRefusals.InvalidContent("The content of a Session document must be JSON or YAML.");
}

/// <summary>What a session runs.</summary>
public enum SessionType
{
    /// <summary>A shell.</summary>
    StandardStream,

    /// <summary>A command with a terminal.</summary>
    InteractiveCommands,

    /// <summary>A command without one.</summary>
    NonInteractiveCommands,

    /// <summary>A port of the node, or of a host beyond it.</summary>
    Port,
}

/// <summary>The names of <see cref="SessionType"/> in documents and handshakes.</summary>
public static class SessionTypes
{
    private static readonly SessionType[] All = Enum.GetValues<SessionType>();

    /// <summary>The name.</summary>
    public static string Name(this SessionType type) => type == SessionType.StandardStream ? "Standard_Stream" : type.ToString();

    /// <exception cref="RefusedException">InvalidDocumentContent.</exception>
    internal static SessionType Of(string? name)
    {
        var index = Array.FindIndex(All, type => type.Name() == name);
        return index >= 0
            ? All[index]
            : throw DocumentRefusals.InvalidContent(
                $"{name ?? "null"} is not a valid session type. Valid values are [{string.Join(", ", All.Select(Name))}].");
    }
}
