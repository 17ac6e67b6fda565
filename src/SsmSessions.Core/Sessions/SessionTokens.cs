using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>What is known of a session's data channel by the session's id alone, as a websocket names no tenant: the tenant, and
/// the hash of the token that opens it.</summary>
/// <remarks>Key: partition <c>channel/{SessionId}</c>, sort <c>channel</c>. The item's version grows with each token.</remarks>
internal static class SessionTokens
{
    private const int TokenBytes = 492;

    public static ItemKey Key(string sessionId) => new($"channel/{sessionId}", "channel");

    /// <summary>656 characters of base64 that begin with AAEAA, as real ones do (spec/ssm-control-plane.md §4.2.2).</summary>
    public static string New()
    {
        Span<byte> bytes = stackalloc byte[TokenBytes];
        RandomNumberGenerator.Fill(bytes);
        bytes[0] = 0;
        bytes[1] = 1;
        bytes[2] = 0;
        bytes[3] &= 0x3f >> 4;
        return Convert.ToBase64String(bytes);
    }

    /// <summary>The item of a session whose channel the token opens until it expires.</summary>
    /// <param name="session">The session.</param>
    /// <param name="token">The token; only its hash is kept.</param>
    /// <param name="expires">Until when it is good.</param>
    /// <param name="version">The item's version.</param>
    public static Item ToItem(Session session, string token, DateTimeOffset expires, long version) => ToItem(
        session.Id,
        new ChannelBody(session.Tenant.ToString(), Convert.ToBase64String(HashOf(token)), expires.ToUnixTimeMilliseconds()),
        expires + Session.Retention,
        version);

    /// <summary>The item once its token is spent.</summary>
    public static Item Spent(Session session, DateTimeOffset now, long version) => ToItem(
        session.Id, new ChannelBody(session.Tenant.ToString(), TokenHash: null, Expires: 0), now + Session.Retention, version);

    public static ChannelBody Read(Item item) =>
        JsonSerializer.Deserialize(item.Body.Span, ChannelJson.Default.ChannelBody) ?? throw new InvalidDataException("a channel's record has no body");

    /// <summary>True when the token is the one that was issued, and is neither spent nor expired.</summary>
    public static bool Opens(ChannelBody channel, string token, DateTimeOffset now) =>
        channel.TokenHash is { } hash
        && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(hash), HashOf(token))
        && now < DateTimeOffset.FromUnixTimeMilliseconds(channel.Expires);

    private static Item ToItem(string sessionId, ChannelBody body, DateTimeOffset until, long version) =>
        new(Key(sessionId), JsonSerializer.SerializeToUtf8Bytes(body, ChannelJson.Default.ChannelBody)) { ExpiresAt = until, Version = version };

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <param name="Tenant"><c>account/region</c>.</param>
/// <param name="TokenHash">SHA-256 of the token, base64; null once it is spent.</param>
/// <param name="Expires">Until when the token is good, milliseconds since 1970.</param>
internal sealed record ChannelBody(
    [property: JsonPropertyName("tenant")] string Tenant,
    [property: JsonPropertyName("sha256")] string? TokenHash,
    [property: JsonPropertyName("expires")] long Expires);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChannelBody))]
internal sealed partial class ChannelJson : JsonSerializerContext;
