using System.Globalization;
using System.Text.Json;

namespace SsmSessions.Core.Documents;

/// <summary>A parameter of a Session document: what its values must be (spec/ssm-control-plane.md §11.1).</summary>
public sealed record ParameterDefinition
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its type.</summary>
    public required ParameterType Type { get; init; }

    /// <summary>Its default; null where the caller must give a value.</summary>
    public IReadOnlyList<string>? Default { get; init; }

    /// <summary>The values that it may have; null for any.</summary>
    public IReadOnlyList<string>? AllowedValues { get; init; }

    /// <summary>The pattern that each value must match whole; null for any.</summary>
    public ParameterPattern? AllowedPattern { get; init; }

    /// <summary>The fewest values of a list.</summary>
    public int? MinItems { get; init; }

    /// <summary>The most values of a list.</summary>
    public int? MaxItems { get; init; }

    /// <summary>The fewest characters of a value.</summary>
    public int? MinChars { get; init; }

    /// <summary>The most characters of a value.</summary>
    public int? MaxChars { get; init; }

    /// <summary>True for the types that may have several values.</summary>
    public bool IsList => Type is ParameterType.StringList or ParameterType.MapList;

    /// <exception cref="RefusedException">InvalidDocumentContent.</exception>
    internal static ParameterDefinition Parse(string name, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw DocumentRefusals.InvalidContent($"Parameter \"{name}\" must be an object.");
        if (!ParameterTypes.TryParse(SessionDocumentParser.Text(json, "type"), out var type))
        {
            throw DocumentRefusals.InvalidContent(
                $"Parameter \"{name}\" must have one of the types [{string.Join(", ", Enum.GetNames<ParameterType>())}].");
        }

        var definition = new ParameterDefinition
        {
            Name = name,
            Type = type,
            AllowedValues = SessionDocumentParser.Member(json, "allowedValues") is { } allowed ? Values(name, allowed) : null,
            AllowedPattern = SessionDocumentParser.Text(json, "allowedPattern") is { } pattern
                ? ParameterPattern.Parse(name, pattern)
                : null,
            MinItems = Number(json, "minItems"),
            MaxItems = Number(json, "maxItems"),
            MinChars = Number(json, "minChars"),
            MaxChars = Number(json, "maxChars"),
        };
        return SessionDocumentParser.Member(json, "default") is { } value
            ? definition with { Default = definition.DefaultOf(value) }
            : definition;
    }

    private IReadOnlyList<string> DefaultOf(JsonElement value) => (IsList, value.ValueKind) switch
    {
        (true, JsonValueKind.Array) => Values(Name, value),
        (false, JsonValueKind.Array) => throw DocumentRefusals.InvalidContent($"The default of parameter \"{Name}\" must be one value."),
        _ => [ScalarText(value)],
    };

    private static IReadOnlyList<string> Values(string name, JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select(ScalarText)]
        : throw DocumentRefusals.InvalidContent($"The allowedValues of parameter \"{name}\" must be a list.");

    private static string ScalarText(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static int? Number(JsonElement json, string name)
    {
        if (SessionDocumentParser.Text(json, name) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw DocumentRefusals.InvalidContent($"{name} must be a number.");
    }
}

/// <summary>The types of parameters. The names are those of documents.</summary>
public enum ParameterType
{
    /// <summary>One text.</summary>
    String,

    /// <summary>Texts.</summary>
    StringList,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>JSON objects.</summary>
    MapList,

    /// <summary>A JSON object.</summary>
    StringMap,
}

/// <summary>The names of <see cref="ParameterType"/>.</summary>
internal static class ParameterTypes
{
    private static readonly ParameterType[] All = Enum.GetValues<ParameterType>();

    /// <summary>Official samples spell some in lower case: any case is accepted.</summary>
    public static bool TryParse(string? name, out ParameterType type)
    {
        var index = Array.FindIndex(All, t => string.Equals(t.ToString(), name, StringComparison.OrdinalIgnoreCase));
        type = index < 0 ? default : All[index];
        return index >= 0;
    }
}
