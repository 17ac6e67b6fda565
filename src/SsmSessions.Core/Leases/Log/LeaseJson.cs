using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

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

/// <summary>Things by id as a list: each says its id itself.</summary>
/// <param name="empty">Nothing, in the order of the ids.</param>
/// <param name="idOf">The id of a thing.</param>
internal abstract class ByIdConverter<T>(ImmutableSortedDictionary<string, T> empty, Func<T, string> idOf)
    : JsonConverter<ImmutableSortedDictionary<string, T>>
{
    /// <summary>How a thing is stored.</summary>
    protected abstract JsonTypeInfo<T> Stored { get; }

    public override ImmutableSortedDictionary<string, T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var map = empty.ToBuilder();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var thing = JsonSerializer.Deserialize(ref reader, Stored)!;
            map[idOf(thing)] = thing;
        }

        return map.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<string, T> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var thing in value.Values)
            JsonSerializer.Serialize(writer, thing, Stored);
        writer.WriteEndArray();
    }
}

/// <summary>The services of a node.</summary>
internal sealed class ServicesConverter() : ByIdConverter<CatalogService>(LeaseState.NoServices, service => service.Id)
{
    protected override JsonTypeInfo<CatalogService> Stored => LeaseJson.Default.CatalogService;
}

/// <summary>The checks of a node.</summary>
internal sealed class ChecksConverter() : ByIdConverter<CatalogCheck>(LeaseState.NoChecks, check => check.CheckId)
{
    protected override JsonTypeInfo<CatalogCheck> Stored => LeaseJson.Default.CatalogCheck;
}
