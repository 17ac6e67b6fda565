using System.Text.Json;
using System.Text.Json.Serialization;

namespace SsmSessions.Core.Faults;

/// <summary>Names of an enumeration in JSON: one name in camelCase, no numbers, no lists.</summary>
public sealed class CamelCaseNames<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> Values =
        Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()), StringComparer.Ordinal);

    /// <inheritdoc/>
    /// <exception cref="JsonException">It is no such name.</exception>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Values.TryGetValue(reader.GetString()!, out var value)
            ? value
            : throw new JsonException("One of these is expected: " + string.Join(", ", Values.Keys) + ".");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));
}
