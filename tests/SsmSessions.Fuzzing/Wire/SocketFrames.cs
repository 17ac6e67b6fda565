using System.Buffers.Binary;

namespace SsmSessions.Fuzzing.Wire;

/// <summary>Frames of a websocket as a client sends them. The mask is all zeros, so that what is sent can be read.</summary>
internal static class SocketFrames
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    private const int Final = 0x80;
    private const int Masked = 0x80;
    private const int MaskBytes = 4;

    /// <summary>A frame.</summary>
    public static byte[] Frame(int opcode, ReadOnlySpan<byte> payload, bool isFinal = true)
    {
        var head = new byte[14];
        head[0] = (byte)((isFinal ? Final : 0) | opcode);
        var at = 2;
        switch (payload.Length)
        {
            case < 126:
                head[1] = (byte)(Masked | payload.Length);
                break;
            case <= ushort.MaxValue:
                head[1] = Masked | 126;
                BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)payload.Length);
                at += 2;
                break;
            default:
                head[1] = Masked | 127;
                BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(2), (ulong)payload.Length);
                at += 8;
                break;
        }

        return [.. head.AsSpan(0, at + MaskBytes), .. payload];
    }

    /// <summary>True where the bytes end with the end of a frame, so that another one can follow.</summary>
    public static bool AreWhole(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (!TryPayload(bytes, out var start, out var length) || start + length > bytes.Length)
                return false;
            bytes = bytes[(int)(start + length)..];
        }

        return true;
    }

    /// <summary>Where the payload of the first frame is. False when its head is not whole, not masked, or its length is none.</summary>
    public static bool TryPayload(ReadOnlySpan<byte> bytes, out int start, out long length)
    {
        (start, length) = (0, 0);
        if (bytes.Length < 2 + MaskBytes || (bytes[1] & Masked) == 0)
            return false;
        length = bytes[1] & 0x7F;
        start = 2;
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            start += 2;
        }
        else if (length == 127)
        {
            if (bytes.Length < 14)
                return false;
            length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
            start += 8;
        }

        start += MaskBytes;
        return length is >= 0 and < int.MaxValue && start <= bytes.Length;
    }
}
