using System.Text.Json;

namespace SsmSessions.Channel.Payloads;

/// <summary>The agent asks the client what it wants done before bytes flow (spec/ssm-data-channel.md §8).</summary>
/// <param name="AgentVersion">Four numeric parts; anything else counts as a version that can do nothing (§8.3).</param>
/// <param name="RequestedClientActions">What the client is to do, in order.</param>
public sealed record HandshakeRequest(string? AgentVersion, IReadOnlyList<RequestedClientAction>? RequestedClientActions)
{
    /// <summary>The payload's bytes.</summary>
    public byte[] ToPayload() => JsonSerializer.SerializeToUtf8Bytes(this, ChannelJson.Wire.HandshakeRequest);

    /// <summary>What a payload says; null when it is none.</summary>
    public static HandshakeRequest? Read(ReadOnlySpan<byte> payload) => ChannelJson.Read(payload, ChannelJson.Wire.HandshakeRequest);
}

/// <summary>One thing the client is to do.</summary>
/// <param name="ActionType"><see cref="SessionType"/> or <see cref="KmsEncryption"/>.</param>
/// <param name="ActionParameters">What belongs to the type.</param>
public sealed record RequestedClientAction(string? ActionType, JsonElement ActionParameters)
{
    /// <summary>The action that says what kind of session it is: <see cref="SessionTypeParameters"/>.</summary>
    public const string SessionType = "SessionType";

    /// <summary>The action that asks for a data key: <see cref="EncryptionParameters"/>.</summary>
    public const string KmsEncryption = "KMSEncryption";

    /// <summary>Tells the client the kind of session.</summary>
    /// <param name="sessionType"><c>Standard_Stream</c>, <c>InteractiveCommands</c>, <c>NonInteractiveCommands</c> or <c>Port</c>.</param>
    /// <param name="properties">Of a port session (§10): all strings. Null for the others.</param>
    public static RequestedClientAction ForSessionType(string sessionType, IReadOnlyDictionary<string, string>? properties)
    {
        JsonElement? element = properties is null
            ? null
            : JsonSerializer.SerializeToElement(properties, ChannelJson.Wire.IReadOnlyDictionaryStringString);
        return new RequestedClientAction(
            SessionType, JsonSerializer.SerializeToElement(new SessionTypeParameters(sessionType, element), ChannelJson.Wire.SessionTypeParameters));
    }

    /// <summary>Asks the client for a data key.</summary>
    public static RequestedClientAction ForEncryption(string keyId, byte[] challenge) => new(
        KmsEncryption, JsonSerializer.SerializeToElement(new EncryptionParameters(keyId, challenge), ChannelJson.Wire.EncryptionParameters));
}

/// <summary>Parameters of the action SessionType.</summary>
/// <param name="SessionType">The kind of session.</param>
/// <param name="Properties">Null, or an object of strings for <c>Port</c>.</param>
public sealed record SessionTypeParameters(string? SessionType, JsonElement? Properties)
{
    /// <summary>What an action's parameters say; null when they are not of this form.</summary>
    public static SessionTypeParameters? Read(JsonElement parameters)
    {
        try
        {
            return parameters.ValueKind == JsonValueKind.Object ? parameters.Deserialize(ChannelJson.Wire.SessionTypeParameters) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Parameters of the action KMSEncryption (§12).</summary>
/// <param name="KMSKeyId">ARN of the key.</param>
/// <param name="Challenge">16 random bytes.</param>
public sealed record EncryptionParameters(string? KMSKeyId, byte[]? Challenge);

/// <summary>What the client did of what it was asked (§8).</summary>
/// <param name="ClientVersion">Dotted numbers.</param>
/// <param name="ProcessedClientActions">One for each requested action.</param>
/// <param name="Errors">Null when all went well.</param>
public sealed record HandshakeResponse(
    string? ClientVersion, IReadOnlyList<ProcessedClientAction>? ProcessedClientActions, IReadOnlyList<string>? Errors)
{
    /// <summary>The payload's bytes.</summary>
    public byte[] ToPayload() => JsonSerializer.SerializeToUtf8Bytes(this, ChannelJson.Wire.HandshakeResponse);

    /// <summary>What a payload says; null when it is none.</summary>
    public static HandshakeResponse? Read(ReadOnlySpan<byte> payload) => ChannelJson.Read(payload, ChannelJson.Wire.HandshakeResponse);
}

/// <summary>How one requested action went.</summary>
/// <param name="ActionType">The one of the request.</param>
/// <param name="ActionStatus"><see cref="Success"/>; anything else is a failure (2 failed, 3 unsupported, 0 by a defect of the client).</param>
/// <param name="ActionResult">Null, or what belongs to the type; 3 by the same defect.</param>
/// <param name="Error">Empty, or the reason.</param>
public sealed record ProcessedClientAction(string? ActionType, int ActionStatus, JsonElement? ActionResult, string? Error)
{
    /// <summary>The only status that is none of a failure.</summary>
    public const int Success = 1;

    /// <summary>The client could not do it.</summary>
    public const int Failed = 2;

    /// <summary>The client does not know it.</summary>
    public const int Unsupported = 3;
}

/// <summary>Result of the action KMSEncryption (§12).</summary>
/// <param name="KMSCipherTextKey">The data key, encrypted.</param>
/// <param name="KMSCipherTextHash">Null.</param>
public sealed record EncryptionResult(byte[]? KMSCipherTextKey, byte[]? KMSCipherTextHash);

/// <summary>The handshake is over: bytes may flow (§8).</summary>
/// <param name="HandshakeTimeToComplete">Nanoseconds.</param>
/// <param name="CustomerMessage">The client prints it when it is not empty.</param>
public sealed record HandshakeComplete(long HandshakeTimeToComplete, string? CustomerMessage)
{
    /// <summary>The payload's bytes.</summary>
    public byte[] ToPayload() => JsonSerializer.SerializeToUtf8Bytes(this, ChannelJson.Wire.HandshakeComplete);

    /// <summary>What a payload says; null when it is none.</summary>
    public static HandshakeComplete? Read(ReadOnlySpan<byte> payload) => ChannelJson.Read(payload, ChannelJson.Wire.HandshakeComplete);
}

/// <summary>Bytes that prove that the other end has the data key (§12).</summary>
public sealed record EncryptionChallenge(byte[]? Challenge)
{
    /// <summary>The payload's bytes.</summary>
    public byte[] ToPayload() => JsonSerializer.SerializeToUtf8Bytes(this, ChannelJson.Wire.EncryptionChallenge);

    /// <summary>What a payload says; null when it is none.</summary>
    public static EncryptionChallenge? Read(ReadOnlySpan<byte> payload) => ChannelJson.Read(payload, ChannelJson.Wire.EncryptionChallenge);
}
