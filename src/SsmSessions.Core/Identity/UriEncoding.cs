using System.Buffers;
using System.Text;

namespace SsmSessions.Core.Identity;

/// <summary>The percent-encoding of SigV4: every byte but <c>A-Z a-z 0-9 - _ . ~</c>, in upper-case hexadecimal.</summary>
internal static class UriEncoding
{
    private static readonly SearchValues<byte> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"u8);

    /// <summary>Encodes bytes, slashes too unless they are kept.</summary>
    public static void Append(StringBuilder text, ReadOnlySpan<byte> bytes, bool keepSlashes)
    {
        foreach (var value in bytes)
        {
            if (Unreserved.Contains(value) || (keepSlashes && value == (byte)'/'))
                text.Append((char)value);
            else
                text.Append('%').Append("0123456789ABCDEF"[value >> 4]).Append("0123456789ABCDEF"[value & 15]);
        }
    }

    /// <summary>The bytes of a form-encoded text: <c>+</c> is a space, a percent sign without two digits stays.</summary>
    public static byte[] FormDecode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        var read = bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes));
        var length = 0;
        for (var i = 0; i < read.Length; i++, length++)
        {
            if (read[i] == (byte)'%' && i + 2 < read.Length
                && char.IsAsciiHexDigit((char)read[i + 1]) && char.IsAsciiHexDigit((char)read[i + 2]))
            {
                bytes[length] = (byte)((HexValue(read[i + 1]) << 4) | HexValue(read[i + 2]));
                i += 2;
            }
            else
            {
                bytes[length] = read[i] == (byte)'+' ? (byte)' ' : read[i];
            }
        }

        return bytes[..length];
    }

    private static int HexValue(byte digit) => digit switch
    {
        <= (byte)'9' => digit - '0',
        <= (byte)'F' => digit - 'A' + 10,
        _ => digit - 'a' + 10,
    };
}
