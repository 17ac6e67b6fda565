using System.Buffers.Binary;

namespace SsmSessions.Channel.Smux;

/// <summary>What a frame says. The values stand on the wire.</summary>
public enum SmuxCommand : byte
{
    /// <summary>Opens a stream.</summary>
    Syn = 0,

    /// <summary>Ends a stream, in both directions.</summary>
    Fin = 1,

    /// <summary>Data of a stream; the only frame that has any.</summary>
    Psh = 2,

    /// <summary>Says nothing: keep-alive.</summary>
    Nop = 3,
}

/// <summary>The header of one frame, as it stands on the wire.</summary>
public readonly record struct SmuxHeader(byte Version, SmuxCommand Command, ushort Length, uint StreamId);

/// <summary>Frames of smux version 1: a header, and behind PSH its data.</summary>
/// <remarks>
/// Integers are little-endian, unlike the message's header around it.
/// <code>
/// offset  size  field
///      0     1  Version   1
///      1     1  Command
///      2     2  Length    of the data of PSH; 0 of all others
///      4     4  StreamId  0 of NOP
/// </code>
/// Source: spec/ssm-data-channel.md §11.
/// </remarks>
public static class SmuxFrame
{
    /// <summary>The only version.</summary>
    public const byte Version = 1;

    /// <summary>Length of a header.</summary>
    public const int HeaderBytes = 8;

    /// <summary>The most data that both real ends put in a frame. A reader takes what the field can say, 65,535.</summary>
    public const int MaxDataBytes = 32768;

    /// <summary>Writes a header.</summary>
    /// <exception cref="ArgumentException">There are less than <see cref="HeaderBytes"/>.</exception>
    public static void WriteHeader(Span<byte> frame, SmuxCommand command, uint streamId, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ushort.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], streamId);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[2..], (ushort)length);
        frame[1] = (byte)command;
        frame[0] = Version;
    }

    /// <summary>Reads a header, whatever it says.</summary>
    /// <exception cref="ArgumentException">There are less than <see cref="HeaderBytes"/>.</exception>
    public static SmuxHeader ReadHeader(ReadOnlySpan<byte> frame) => new(
        frame[0], (SmuxCommand)frame[1], BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]), BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]));
}
