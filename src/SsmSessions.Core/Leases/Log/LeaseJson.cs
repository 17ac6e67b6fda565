using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SsmSessions.Core.Leases.Log;

/// <summary>How log and snapshots are stored. Text goes out in ASCII, so that it may be cut anywhere.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true,
    Converters = [typeof(TextMapConverter), typeof(ServicesConverter), typeof(ChecksConverter)])]
[JsonSerializable(typeof(LogEntry))]
[JsonSerializable(typeof(LogHeadRecord))]
[JsonSerializable(typeof(SnapshotRecord))]
[JsonSerializable(typeof(SnapshotLine))]
[JsonSerializable(typeof(CatalogService))]
[JsonSerializable(typeof(CatalogCheck))]
internal sealed partial class LeaseJson : JsonSerializerContext;

/// <summary>The order of names is that of their bytes wherever they are read.</summary>
internal sealed class TextMapConverter : JsonConverter<ImmutableSortedDictionary<string, string>>
{
    public override ImmutableSortedDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            map[name] = reader.GetString()!;
        }

        return map.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value)
            writer.WriteString(name, text);
        writer.WriteEndObject();
    }
}

/// <summary>Services as a list: each says its id itself.</summary>
internal sealed class ServicesConverter : JsonConverter<ImmutableSortedDictionary<string, CatalogService>>
{
    public override ImmutableSortedDictionary<string, CatalogService> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var map = LeaseState.NoServices.ToBuilder();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var service = JsonSerializer.Deserialize(ref reader, LeaseJson.Default.CatalogService)!;
            map[service.Id] = service;
        }

        return map.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<string, CatalogService> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var service in value.Values)
            JsonSerializer.Serialize(writer, service, LeaseJson.Default.CatalogService);
        writer.WriteEndArray();
    }
}

/// <summary>Checks as a list: each says its id itself.</summary>
internal sealed class ChecksConverter : JsonConverter<ImmutableSortedDictionary<string, CatalogCheck>>
{
    public override ImmutableSortedDictionary<string, CatalogCheck> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var map = LeaseState.NoChecks.ToBuilder();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var check = JsonSerializer.Deserialize(ref reader, LeaseJson.Default.CatalogCheck)!;
            map[check.CheckId] = check;
        }

        return map.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<string, CatalogCheck> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var check in value.Values)
            JsonSerializer.Serialize(writer, check, LeaseJson.Default.CatalogCheck);
        writer.WriteEndArray();
    }
}
