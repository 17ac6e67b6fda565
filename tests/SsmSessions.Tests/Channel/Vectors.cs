using System.Text;
using System.Text.Json;
using SsmSessions.Channel;

namespace SsmSessions.Tests.Channel;

/// <summary>Recorded bytes of the data channel: agent-message-vectors.json.</summary>
internal static class Vectors
{
    private static readonly JsonElement Root = Load();

    /// <summary>Frames that both real ends write and read.</summary>
    public static IEnumerable<MessageVector> Messages => Root.GetProperty("messages").EnumerateArray().Select(MessageVector.From);

    /// <summary>Frames that no end writes and the client reads.</summary>
    public static IEnumerable<MessageVector> AcceptedByClient => Root.GetProperty("acceptedByClient").EnumerateArray().Select(MessageVector.From);

    public static JsonElement Get(string name) => Root.GetProperty(name);

    public static byte[] Frame(string name) => Messages.Single(vector => vector.Name == name).Frame;

    private static JsonElement Load()
    {
        using var stream = typeof(Vectors).Assembly.GetManifestResourceStream("agent-message-vectors.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}

internal sealed record MessageVector(string Name, byte[] Frame, JsonElement Fields)
{
    public uint HeaderLength => Fields.GetProperty("headerLength").GetUInt32();

    public string MessageType => Fields.GetProperty("messageType").GetString()!;

    public uint SchemaVersion => Fields.GetProperty("schemaVersion").GetUInt32();

    public long CreatedDate => Fields.GetProperty("createdDate").GetInt64();

    public long SequenceNumber => Fields.GetProperty("sequenceNumber").GetInt64();

    public ulong Flags => Fields.GetProperty("flags").GetUInt64();

    public Guid MessageId => Fields.GetProperty("messageId").GetGuid();

    public string PayloadDigest => Fields.GetProperty("payloadDigest").GetString()!;

    public PayloadType PayloadType => (PayloadType)Fields.GetProperty("payloadType").GetUInt32();

    public byte[] Payload => Fields.TryGetProperty("payloadText", out var text)
        ? Encoding.UTF8.GetBytes(text.GetString()!)
        : Convert.FromHexString(Fields.GetProperty("payloadHex").GetString()!);

    public static MessageVector From(JsonElement json) =>
        new(json.GetProperty("name").GetString()!, Convert.FromHexString(json.GetProperty("hex").GetString()!), json.GetProperty("fields"));
}
