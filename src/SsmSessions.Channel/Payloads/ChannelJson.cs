using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SsmSessions.Channel.Payloads;

/// <summary>
/// JSON payloads as both real ends have them: members as written on the wire when sent, in any case when read, null members written.
/// </summary>
[JsonSerializable(typeof(HandshakeRequest))]
[JsonSerializable(typeof(SessionTypeParameters))]
[JsonSerializable(typeof(EncryptionParameters))]
[JsonSerializable(typeof(HandshakeResponse))]
[JsonSerializable(typeof(EncryptionResult))]
[JsonSerializable(typeof(HandshakeComplete))]
[JsonSerializable(typeof(EncryptionChallenge))]
[JsonSerializable(typeof(SizeData))]
[JsonSerializable(typeof(ChannelClosed))]
[JsonSerializable(typeof(AgentSessionState))]
[JsonSerializable(typeof(InteractiveShell))]
[JsonSerializable(typeof(AgentTaskComplete))]
[JsonSerializable(typeof(AgentTaskAcknowledge))]
[JsonSerializable(typeof(OpenChannel))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class ChannelJson : JsonSerializerContext
{
    /// <summary>The one in use. Base64 keeps its plus signs.</summary>
    public static ChannelJson Wire { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNameCaseInsensitive = true,
    });

    /// <summary>What a payload says; null when it is not such JSON.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> payload, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(payload, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
