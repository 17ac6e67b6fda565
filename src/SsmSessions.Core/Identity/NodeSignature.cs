using System.Security.Cryptography;

namespace SsmSessions.Core.Identity;

/// <summary>Signatures of a node's own key: RSA-PSS, SHA-256, salt of 32 bytes, in base64 (spec/ssm-control-plane.md §9.4).</summary>
internal static class NodeSignature
{
    /// <summary>The longest signature, bytes: that of an 8,192-bit key.</summary>
    private const int MaxBytes = 1_024;

    /// <summary>Whether a signature is that of a key over some bytes. False too for what is no signature or no key.</summary>
    public static bool Verify(NodeKey key, ReadOnlySpan<byte> signed, ReadOnlySpan<char> signature)
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        if (!Convert.TryFromBase64Chars(signature, bytes, out var length) || length == 0)
            return false;
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(key.PublicKey.Span, out _);
            return rsa.VerifyData(signed, bytes[..length], HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
