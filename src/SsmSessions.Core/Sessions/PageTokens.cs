using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SsmSessions.Core.Sessions;

/// <summary>
/// Makes and reads NextToken: base64 of two version bytes, an authentication tag and a position. Bound to what the caller
/// asked for, so that a token of another tenant, operation, state or filter is refused; kept valid across restarts and hosts
/// by a key that lives in the store.
/// </summary>
/// <remarks>
/// <code>
/// offset  size  field
///      0     2  version     00 01: real tokens begin with "AA" (spec/ssm-control-plane.md §2.5)
///      2    16  tag         HMAC-SHA256 of binding and position, cut
///     18     n  position    UTF-8
/// </code>
/// </remarks>
/// <param name="key">32 bytes, secret.</param>
public sealed class PageTokens(byte[] key) : IDisposable
{
    /// <summary>The longest token that is looked at, characters.</summary>
    public const int MaxLength = 4_096;

    private const int TagLength = 16;
    private const int HeaderLength = 2;

    // Setting a key up costs more than the hash itself.
    private readonly ThreadLocal<IncrementalHash> _mac =
        new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key), trackAllValues: true);

    /// <summary>The token of a position in a list.</summary>
    /// <param name="binding">Everything that makes the list what it is: tenant, operation, filters.</param>
    /// <param name="position">Where the next page begins.</param>
    public string Create(string binding, string position)
    {
        var token = new byte[HeaderLength + TagLength + Encoding.UTF8.GetByteCount(position)];
        token[1] = 1;
        Encoding.UTF8.GetBytes(position, token.AsSpan(HeaderLength + TagLength));
        Tag(binding, token.AsSpan(HeaderLength + TagLength), token.AsSpan(HeaderLength, TagLength));
        return Convert.ToBase64String(token);
    }

    /// <summary>The position in a token of this list.</summary>
    /// <exception cref="RefusedException">InvalidNextToken: not a token, tampered with, or of another list.</exception>
    public string Read(string binding, string token)
    {
        if (token.Length > MaxLength)
            throw Invalid();
        Span<byte> bytes = stackalloc byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var length)
            // Blanks and idle bits do not change what is decoded: a token has one spelling.
            || Convert.ToBase64String(bytes[..length]) != token
            || length < HeaderLength + TagLength
            || bytes[0] != 0 || bytes[1] != 1)
        {
            throw Invalid();
        }

        var position = bytes[(HeaderLength + TagLength)..length];
        Span<byte> tag = stackalloc byte[TagLength];
        Tag(binding, position, tag);
        if (!CryptographicOperations.FixedTimeEquals(bytes.Slice(HeaderLength, TagLength), tag))
            throw Invalid();
        return Encoding.UTF8.GetString(position);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var mac in _mac.Values)
            mac.Dispose();
        _mac.Dispose();
    }

    private void Tag(string binding, ReadOnlySpan<byte> position, Span<byte> tag)
    {
        var bound = Encoding.UTF8.GetByteCount(binding);
        var message = ArrayPool<byte>.Shared.Rent(sizeof(int) + bound);
        BinaryPrimitives.WriteInt32BigEndian(message, bound);
        Encoding.UTF8.GetBytes(binding, message.AsSpan(sizeof(int)));
        var mac = _mac.Value!;
        mac.AppendData(message, 0, sizeof(int) + bound);
        ArrayPool<byte>.Shared.Return(message);
        mac.AppendData(position);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        mac.GetHashAndReset(hash);
        hash[..TagLength].CopyTo(tag);
    }

    internal static RefusedException Invalid() => new(Refusal.InvalidNextToken, "The specified token is not valid.");
}
