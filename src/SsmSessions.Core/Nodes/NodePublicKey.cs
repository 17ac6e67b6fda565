using System.Security.Cryptography;

namespace SsmSessions.Core.Nodes;

/// <summary>The public keys that nodes register.</summary>
internal static class NodePublicKey
{
    private const int SmallestBits = 2_048;
    private const int LargestBits = 4_096;

    /// <summary>Well above what a key of the largest size takes in base64.</summary>
    private const int LongestText = 1_024;

    /// <summary>Requires base64 of the DER SubjectPublicKeyInfo of an RSA key of 2,048 to 4,096 bits, and nothing after it.</summary>
    /// <returns>The same key in the one form that is stored and compared.</returns>
    /// <exception cref="RefusedException">InvalidPublicKey.</exception>
    public static string Require(string key)
    {
        var bytes = new byte[LongestText];
        if (key.Length > LongestText || !Convert.TryFromBase64String(key, bytes, out var length))
            throw Invalid("The public key is not valid base64.");
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(bytes.AsSpan(0, length), out var read);
            if (read != length || rsa.KeySize is < SmallestBits or > LargestBits)
                throw Invalid($"The public key must be an RSA key of {SmallestBits} to {LargestBits} bits.");
        }
        catch (CryptographicException)
        {
            throw Invalid("The public key is not the DER encoding of an RSA SubjectPublicKeyInfo.");
        }

        return Convert.ToBase64String(bytes.AsSpan(0, length));
    }

    private static RefusedException Invalid(string text) => new(Refusal.InvalidPublicKey, text);
}
