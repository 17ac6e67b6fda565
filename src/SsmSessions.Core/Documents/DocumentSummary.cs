using System.Text.Json;

namespace SsmSessions.Core.Documents;

/// <summary>What a document's content says about it, whatever its type.</summary>
/// <param name="SchemaVersion">Its schema version, or null.</param>
/// <param name="Description">Its description, or null.</param>
/// <param name="Parameters">Its parameters.</param>
public sealed record DocumentSummary(string? SchemaVersion, string? Description, IReadOnlyList<ParameterSummary> Parameters)
{
    /// <summary>What a content without structure says.</summary>
    public static DocumentSummary Empty { get; } = new(SchemaVersion: null, Description: null, []);

    /// <summary>Reads well-formed JSON. What is not as it should be is left out: only Session documents are checked.</summary>
    internal static DocumentSummary Of(string json)
    {
        using var document = JsonDocument.Parse(json, DocumentContent.JsonOptions);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            return Empty;
        return new DocumentSummary(
            Text(root, "schemaVersion"),
            Text(root, "description"),
            root.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object
                ? [.. parameters.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object).Select(Of)]
                : []);
    }

    private static ParameterSummary Of(JsonProperty parameter) => new(
        parameter.Name,
        ParameterTypes.TryParse(Text(parameter.Value, "type"), out var type) ? type.ToString() : Text(parameter.Value, "type"),
        Text(parameter.Value, "description"),
        Text(parameter.Value, "default"));

    /// <summary>A string as it is, anything else as it stands in the JSON, null when it is absent.</summary>
    private static string? Text(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var value) ? null : value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            _ => value.GetRawText(),
        };
}

/// <summary>A parameter as descriptions show it.</summary>
public sealed record ParameterSummary(string Name, string? Type, string? Description, string? DefaultValue);
