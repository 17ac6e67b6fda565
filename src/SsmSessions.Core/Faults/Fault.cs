using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Faults;

/// <summary>A rule that was set.</summary>
/// <param name="Id">Its id, 8 hexadecimal digits.</param>
/// <param name="Created">When it was set, UTC, by the service's clock.</param>
/// <param name="Rule">The rule.</param>
public sealed record Fault(string Id, DateTimeOffset Created, FaultRule Rule)
{
    internal const string Partition = "faults";

    private const int RecordVersion = 1;

    internal bool IsExpired(DateTimeOffset now) => Rule.Seconds is { } seconds && now >= Created.AddSeconds(seconds);

    internal Item ToItem() => new(Key(Id), JsonSerializer.SerializeToUtf8Bytes(new FaultBody(RecordVersion, Created, Rule), FaultJson.Default.FaultBody));

    internal static ItemKey Key(string id) => new(Partition, id);

    /// <summary>The rule of an item; null for one that cannot be read.</summary>
    internal static Fault? Read(Item item)
    {
        try
        {
            var body = JsonSerializer.Deserialize(item.Body.Span, FaultJson.Default.FaultBody);
            return body is { Version: RecordVersion, Rule.Effect: not null } ? new Fault(item.Key.Sort, body.Created, body.Rule) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A rule that was set, and what became of it.</summary>
/// <param name="Fault">The rule.</param>
/// <param name="Fired">How often it happened, on all hosts.</param>
/// <param name="IsOver">True when its count is used up or its time is over.</param>
public sealed record FaultReport(Fault Fault, long Fired, bool IsOver);

/// <summary>A rule that cannot be set; the message says why.</summary>
public sealed class FaultRefusedException(string message) : Exception(message);

internal sealed record FaultBody(int Version, DateTimeOffset Created, FaultRule Rule);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FaultBody))]
internal sealed partial class FaultJson : JsonSerializerContext;
