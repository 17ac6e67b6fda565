using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SsmSessions.Core.Identity;

/// <summary>What credentials that the service issues say of their bearer.</summary>
/// <param name="Tenant">The account and region that they are for.</param>
/// <param name="Kind"><see cref="CallerKind.NodeRole"/> or <see cref="CallerKind.JustInTime"/>.</param>
/// <param name="Name">The node's id; or the name of the principal that asked for access.</param>
/// <param name="Arn">The ARN of the node's role session; or of the principal that asked for access.</param>
/// <param name="Expires">
/// When they end, whole seconds. A node's end by the real clock, which its agent goes by; the others by the service's.
/// </param>
public sealed record IssuedClaims(Tenant Tenant, CallerKind Kind, string Name, string Arn, DateTimeOffset Expires)
{
    /// <summary>The access request that was approved, with <see cref="CallerKind.JustInTime"/>.</summary>
    public string? AccessRequestId { get; init; }
}

/// <summary>Credentials as their bearer gets them.</summary>
/// <param name="AccessKeyId"><c>ASIA</c> and 16 of <c>A-Z 2-7</c>.</param>
/// <param name="SecretAccessKey">40 characters.</param>
/// <param name="SessionToken">Sealed claims, at most <see cref="IssuedCredentials.MaxTokenLength"/> characters, URL-safe.</param>
/// <param name="Expires">When they end.</param>
public sealed record IssuedKeys(string AccessKeyId, string SecretAccessKey, string SessionToken, DateTimeOffset Expires)
{
    /// <summary>The key id alone: the rest is secret.</summary>
    public override string ToString() => AccessKeyId;
}

/// <summary>
/// Issues credentials for agents and for just-in-time access, and reads them back. They are self-contained: any host that shares
/// the store can verify them, and nothing is kept of them.
/// </summary>
/// <remarks>
/// <code>
/// session token  "ssms1." base64url( nonce 12 | AES-256-GCM ciphertext of the claims | tag 16 )
/// secret         base64( first 30 bytes of HMAC-SHA-256( session token ) )
/// </code>
/// Both keys derive (HKDF) from the service's. The digit is the version; the prefix is authenticated with the claims.
/// </remarks>
/// <param name="serviceKey">32 secret bytes that every host has: the key <see cref="KeyName"/> of the store.</param>
public sealed class IssuedCredentials(byte[] serviceKey)
{
    /// <summary>The name of the key in <see cref="Store.ServiceKeys"/>.</summary>
    public const string KeyName = "issued-credentials";

    /// <summary>The longest session token, characters.</summary>
    public const int MaxTokenLength = 2_048;

    private const string Prefix = "ssms1.";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _sealKey = Derive(serviceKey, "session-token"u8);
    private readonly byte[] _secretKey = Derive(serviceKey, "secret-access-key"u8);

    /// <summary>Issues credentials that say this.</summary>
    /// <exception cref="ArgumentException">The claims are of another kind, or too long to be sealed.</exception>
    public IssuedKeys Issue(IssuedClaims claims)
    {
        if (claims.Kind is not (CallerKind.NodeRole or CallerKind.JustInTime))
            throw new ArgumentException($"the service issues no credentials of kind {claims.Kind}", nameof(claims));
        var accessKeyId = "ASIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
        var sealedClaims = SealedClaims.From(claims, accessKeyId);
        var token = Seal(sealedClaims);
        return token.Length > MaxTokenLength
            ? throw new ArgumentException("the claims are too long to be sealed", nameof(claims))
            : new IssuedKeys(accessKeyId, SecretOf(token), token, sealedClaims.ToClaims().Expires);
    }

    /// <summary>Whether a session token claims to come from this service.</summary>
    internal static bool IsOurs(string? token) => token is not null && token.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>What a session token and its key id stand for; null when this service has not sealed them together.</summary>
    internal OpenedCredentials? Open(string token, string accessKeyId)
    {
        if (!IsOurs(token) || token.Length > MaxTokenLength)
            return null;
        var claims = Unseal(token);
        return claims is null || claims.AccessKeyId != accessKeyId ? null : new(claims.ToClaims(), SecretOf(token));
    }

    private string Seal(SealedClaims claims)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(claims, SealedClaimsJson.Default.SealedClaims);
        var bytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = bytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_sealKey, TagBytes);
        var cipher = bytes.AsSpan(NonceBytes, plain.Length);
        aes.Encrypt(nonce, plain, cipher, bytes.AsSpan(NonceBytes + plain.Length), Encoding.ASCII.GetBytes(Prefix));
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    private SealedClaims? Unseal(string token)
    {
        var text = token.AsSpan(Prefix.Length);
        if (!Base64Url.IsValid(text, out var length) || length <= NonceBytes + TagBytes)
            return null;
        var bytes = Base64Url.DecodeFromChars(text).AsSpan();
        var plain = new byte[length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_sealKey, TagBytes);
        try
        {
            var cipher = bytes[NonceBytes..^TagBytes];
            aes.Decrypt(bytes[..NonceBytes], cipher, bytes[^TagBytes..], plain, Encoding.ASCII.GetBytes(Prefix));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return JsonSerializer.Deserialize(plain, SealedClaimsJson.Default.SealedClaims);
    }

    private string SecretOf(string token) =>
        Convert.ToBase64String(HMACSHA256.HashData(_secretKey, Encoding.ASCII.GetBytes(token)).AsSpan(0, 30));

    private static byte[] Derive(byte[] key, ReadOnlySpan<byte> use)
    {
        var derived = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt: [], use);
        return derived;
    }
}
