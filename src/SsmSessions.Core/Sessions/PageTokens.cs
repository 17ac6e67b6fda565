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
public sealed class PageTokens(byte[] key)
{
    /// <summary>The longest token that is looked at, characters.</summary>
    public const int MaxLength = 4_096;

    private const int TagLength = 16;
    private const int HeaderLength = 2;

    /// <summary>The token of a position in a list.</summary>
    /// <param name="binding">Everything that makes the list what it is: tenant, operation, filters.</param>
    /// <param name="position">Where the next page begins.</param>
    public string Create(string binding, string position)
    {
        var text = Encoding.UTF8.GetBytes(position);
        var token = new byte[HeaderLength + TagLength + text.Length];
        token[1] = 1;
        Tag(binding, text).CopyTo(token, HeaderLength);
        text.CopyTo(token, HeaderLength + TagLength);
        return Convert.ToBase64String(token);
    }

    /// <summary>The position in a token of this list.</summary>
    /// <exception cref="RefusedException">InvalidNextToken: not a token, tampered with, or of another list.</exception>
    public string Read(string binding, string token)
    {
        var bytes = new byte[MaxLength];
        if (token.Length > MaxLength
            || !Convert.TryFromBase64String(token, bytes, out var length)
            // Blanks and idle bits do not change what is decoded: a token has one spelling.
            || Convert.ToBase64String(bytes.AsSpan(0, length)) != token
            || length < HeaderLength + TagLength
            || bytes[0] != 0 || bytes[1] != 1)
        {
            throw Invalid();
        }

        var position = bytes.AsSpan(HeaderLength + TagLength, length - HeaderLength - TagLength);
        if (!CryptographicOperations.FixedTimeEquals(bytes.AsSpan(HeaderLength, TagLength), Tag(binding, position)))
            throw Invalid();
        return Encoding.UTF8.GetString(position);
    }

    private byte[] Tag(string binding, ReadOnlySpan<byte> position)
    {
        var bound = Encoding.UTF8.GetByteCount(binding);
        var message = new byte[sizeof(int) + bound + position.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, bound);
        Encoding.UTF8.GetBytes(binding, message.AsSpan(sizeof(int)));
        position.CopyTo(message.AsSpan(sizeof(int) + bound));
        return HMACSHA256.HashData(key, message)[..TagLength];
    }

    internal static RefusedException Invalid() => new(Refusal.InvalidNextToken, "The specified token is not valid.");
}
