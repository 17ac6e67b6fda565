using System.Text.Json;

namespace SsmSessions.Node.Plans;

/// <summary>Reads the members of a document's object, parameters replaced inside the parsed texts, never in the JSON around them.</summary>
internal readonly struct JsonTexts(JsonElement json, PlanParameters parameters)
{
    /// <summary>An object without members.</summary>
    public static JsonTexts Empty => default;

    /// <summary>The object of this name; null when it is absent.</summary>
    public JsonTexts? Object(string name) =>
        Member(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new JsonTexts(value, parameters)
        : throw Refused(name, "an object");

    /// <summary>The text of this name; null when it is absent.</summary>
    public string? Text(string name) =>
        Member(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? parameters.Text(value.GetString()!)
        : throw Refused(name, "a string");

    /// <summary>The texts of this name, given as one or as a list; none when it is absent.</summary>
    public IReadOnlyList<string> List(string name)
    {
        if (Member(name) is not { } value)
            return [];
        if (value.ValueKind == JsonValueKind.String)
            return parameters.List(value.GetString()!);
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw Refused(name, "a string or a list of strings");
        var texts = new List<string>();
        foreach (var item in value.EnumerateArray())
            texts.AddRange(parameters.List(item.GetString()!));
        return texts;
    }

    /// <summary>The boolean of this name, given as such or as a text; null when it is absent or an empty text.</summary>
    public bool? Boolean(string name)
    {
        if (Member(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        if (value.ValueKind != JsonValueKind.String)
            throw Refused(name, "true or false");
        var text = parameters.Text(value.GetString()!);
        return text.Length == 0 ? null : bool.TryParse(text, out var boolean) ? boolean : throw Refused(name, "true or false");
    }

    private JsonElement? Member(string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static SessionFailedException Refused(string name, string what) =>
        new($"Unable to remarshal session properties. {name} must be {what}.");
}
