using System.Text.Json;

namespace SsmSessions.Server.AwsJson;

/// <summary>
/// The members of a JSON object, read as the types of the model. Unknown members are ignored, null is absent, a null in a list
/// is dropped (spec/ssm-control-plane.md §1.1); a wrong type is refused with the sentence of §1.6.
/// </summary>
internal readonly struct RequestMembers(JsonElement json)
{
    public const string ListFound = "Start of list found where not expected";
    public const string StructureFound = "Start of structure or map found where not expected.";

    /// <summary>Reads a request from its body.</summary>
    /// <exception cref="SerializationException">A member has the wrong JSON type, or a string cannot be held as text.</exception>
    public static T Read<T>(JsonElement body, Func<RequestMembers, T> read)
    {
        try
        {
            return read(new RequestMembers(body));
        }
        catch (InvalidOperationException)
        {
            // JSON can escape half of a surrogate pair; the parser lets it pass, and taking the string fails.
            throw new SerializationException(text: null);
        }
    }

    /// <summary>A string, or null.</summary>
    public string? String(string name) => Member(name) is { } value ? StringOf(value) : null;

    /// <summary>A 32-bit integer, or null. A fraction is cut off; what is beyond 32 bits is kept for the range's violation.</summary>
    public long? Integer(string name) => Member(name) is { } value ? IntegerOf(value) : null;

    /// <summary>A boolean, or null. A string is coerced.</summary>
    public bool? Boolean(string name) => Member(name) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => string.Equals(value.GetString(), "true", StringComparison.OrdinalIgnoreCase),
        _ => throw Unexpected(value, "a Boolean"),
    };

    /// <summary>Epoch seconds with fraction, or null.</summary>
    public DateTimeOffset? Timestamp(string name)
    {
        if (Member(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number)
            throw Unexpected(value, "milliseconds since epoch");
        var milliseconds = Math.Round(Number(value) * 1_000);
        var clamped = Math.Clamp(
            milliseconds, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());
        return DateTimeOffset.FromUnixTimeMilliseconds((long)clamped);
    }

    /// <summary>A list of strings, or null.</summary>
    public IReadOnlyList<string>? Strings(string name) => List(name, StringOf);

    /// <summary>A list of structures, or null.</summary>
    public IReadOnlyList<T>? Structures<T>(string name, Func<RequestMembers, T> read) => List(name, element => read(StructureOf(element)));

    /// <summary>A map of strings to lists of strings, or null.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? StringLists(string name)
    {
        if (Member(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Object)
            throw value.ValueKind == JsonValueKind.Array ? new SerializationException(ListFound) : new SerializationException("Expected map or null");
        var map = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var entry in value.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Null)
                map[entry.Name] = ListOf(entry.Value, StringOf);
        }

        return map;
    }

    private List<T>? List<T>(string name, Func<JsonElement, T> read) => Member(name) is { } value ? ListOf(value, read) : null;

    private static List<T> ListOf<T>(JsonElement value, Func<JsonElement, T> read)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new SerializationException(value.ValueKind == JsonValueKind.Object ? StructureFound : "Expected list or null");
        }

        var list = new List<T>(value.GetArrayLength());
        foreach (var element in value.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Null)
                list.Add(read(element));
        }

        return list;
    }

    private JsonElement? Member(string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string StringOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Unexpected(value, "a String");

    private static long IntegerOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number)
            throw Unexpected(value, "an Integer");
        return value.TryGetInt64(out var exact) ? exact : (long)Math.Clamp(Math.Truncate(Number(value)), long.MinValue, long.MaxValue);
    }

    private static double Number(JsonElement value) => value.TryGetDouble(out var number) ? number : 0;

    private static RequestMembers StructureOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new RequestMembers(value),
        JsonValueKind.Array => throw new SerializationException(ListFound),
        _ => throw new SerializationException("Expected null"),
    };

    private static SerializationException Unexpected(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Array => new SerializationException(ListFound),
        JsonValueKind.Object => new SerializationException(StructureFound),
        JsonValueKind.String => new SerializationException($"STRING_VALUE can not be converted to {type}"),
        JsonValueKind.Number => new SerializationException($"NUMBER_VALUE can not be converted to {type}"),
        JsonValueKind.True => new SerializationException($"TRUE_VALUE can not be converted to {type}"),
        _ => new SerializationException($"FALSE_VALUE can not be converted to {type}"),
    };
}

/// <summary>The body is not what the operation reads: not JSON (without text), or a member of the wrong type.</summary>
internal sealed class SerializationException(string? text) : Exception(text)
{
    /// <summary>The sentence for the caller, or null where the real service sends none.</summary>
    public string? Text { get; } = text;
}
