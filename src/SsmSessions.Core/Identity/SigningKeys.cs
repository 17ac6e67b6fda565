using System.Security.Cryptography;
using System.Text;

namespace SsmSessions.Core.Identity;

/// <summary>Signing keys, each good for one key id, day, region and service. Those that verified something are kept for a while.</summary>
internal sealed class SigningKeys
{
    private readonly BoundedCache<DerivedKey> _verified = new(1_024);

    /// <summary>Whether a signature (64 lower-case hexadecimal digits) is that of this text with this secret.</summary>
    public bool Verify(in SigV4Authorization authorization, string secret, ReadOnlySpan<byte> stringToSign)
    {
        var scope = authorization.Scope;
        // A key id may come with another secret than before: credentials that the service issues have one of their session token.
        var isKept = _verified.TryGet(scope.Text, out var kept) && kept.Secret == secret;
        var key = isKept ? kept!.Key : Derive(scope, secret);
        Span<byte> expected = stackalloc byte[64];
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(key, stringToSign)), expected);
        Span<byte> given = stackalloc byte[64];
        if (authorization.Signature.Length != 64 || Encoding.UTF8.GetByteCount(authorization.Signature.Span) != 64)
            return false;
        Encoding.UTF8.GetBytes(authorization.Signature.Span, given);
        if (!CryptographicOperations.FixedTimeEquals(expected, given))
            return false;
        if (!isKept)
            _verified.Add(scope.Text.ToString(), new DerivedKey(secret, key));
        return true;
    }

    private static byte[] Derive(in CredentialScope scope, string secret)
    {
        var day = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secret), Utf8(scope.Date));
        var region = HMACSHA256.HashData(day, Utf8(scope.Region));
        var service = HMACSHA256.HashData(region, Utf8(scope.Service));
        return HMACSHA256.HashData(service, Utf8(scope.Terminator));
    }

    private static byte[] Utf8(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text.ToArray());

    private sealed record DerivedKey(string Secret, byte[] Key)
    {
        public override string ToString() => nameof(DerivedKey);
    }
}
