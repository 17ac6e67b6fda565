using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SsmSessions.Channel;

/// <summary>One binary message of a data or control channel. It points into the frame it was read from.</summary>
/// <remarks>
/// All integers are big-endian (smux, inside the payload, is little-endian).
/// <code>
/// offset  size  field
///      0     4  HeaderLength     116, the bytes before PayloadLength
///      4    32  MessageType      ASCII, padded with spaces
///     36     4  SchemaVersion    1
///     40     8  CreatedDate      milliseconds since 1970
///     48     8  SequenceNumber   0, 1, 2, … of stream messages; 0 of all others
///     56     8  Flags            1 first, 2 last
///     64    16  MessageId        UUID in RFC order, its last eight bytes first
///     80    32  PayloadDigest    SHA-256 of the payload
///    112     4  PayloadType
///    116     4  PayloadLength
///    120     n  Payload          to the end of the frame
/// </code>
/// Source: spec/ssm-data-channel.md §4.
/// </remarks>
public readonly ref struct AgentMessage
{
    /// <summary>Where the payload begins in a frame that is written here.</summary>
    public const int HeaderBytes = 120;

    /// <summary>The most bytes of a frame that is sent here; a gateway takes no larger ones.</summary>
    public const int MaxFrameBytes = 256 * 1024;

    private const int MessageTypeAt = 4;
    private const int MessageTypeBytes = 32;
    private const int SchemaVersionAt = 36;
    private const int CreatedDateAt = 40;
    private const int SequenceNumberAt = 48;
    private const int FlagsAt = 56;
    private const int MessageIdAt = 64;
    private const int PayloadDigestAt = 80;
    private const int PayloadTypeAt = 112;
    private const int PayloadLengthAt = 116;

    // HeaderLength does not count PayloadLength, which it points to.
    private const uint HeaderLength = PayloadLengthAt;
    private const uint MaxHeaderLength = 4096;

    private readonly ReadOnlySpan<byte> _frame;

    private AgentMessage(ReadOnlySpan<byte> frame, MessageType type, int payloadAt)
    {
        _frame = frame;
        Type = type;
        Payload = frame[payloadAt..];
    }

    /// <summary>What it is.</summary>
    public MessageType Type { get; }

    /// <summary>1 from both real ends; not checked.</summary>
    public uint SchemaVersion => BinaryPrimitives.ReadUInt32BigEndian(_frame[SchemaVersionAt..]);

    /// <summary>When it was made, in milliseconds since 1970.</summary>
    public long CreatedDate => BinaryPrimitives.ReadInt64BigEndian(_frame[CreatedDateAt..]);

    /// <summary>Its number among the stream messages of its direction.</summary>
    public long SequenceNumber => BinaryPrimitives.ReadInt64BigEndian(_frame[SequenceNumberAt..]);

    /// <summary>Bit 0 first, bit 1 last. Nobody reads them.</summary>
    public ulong Flags => BinaryPrimitives.ReadUInt64BigEndian(_frame[FlagsAt..]);

    /// <summary>Its own id.</summary>
    public Guid MessageId
    {
        get
        {
            var wire = _frame.Slice(MessageIdAt, 16);
            Span<byte> bytes = stackalloc byte[16];
            wire[8..].CopyTo(bytes);
            wire[..8].CopyTo(bytes[8..]);
            return new Guid(bytes, bigEndian: true);
        }
    }

    /// <summary>The digest that stands in the header.</summary>
    public ReadOnlySpan<byte> PayloadDigest => _frame.Slice(PayloadDigestAt, SHA256.HashSizeInBytes);

    /// <summary>What the payload is.</summary>
    public PayloadType PayloadType => (PayloadType)BinaryPrimitives.ReadUInt32BigEndian(_frame[PayloadTypeAt..]);

    /// <summary>What stands behind the header, to the end of the frame.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    private uint PayloadLength => BinaryPrimitives.ReadUInt32BigEndian(_frame[PayloadLengthAt..]);

    /// <summary>
    /// Reads a frame as that end does (§4.2): the client checks the digest, the agent does not. False means malformed: the frame is
    /// dropped, unacknowledged, and the channel kept.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, ChannelRole reader, out AgentMessage message)
    {
        if (!TryFind(frame, out message))
            return false;
        if (reader == ChannelRole.Agent)
            return message.HasSaneHeader;

        // The client looks at neither date nor digest of these two, and not at the digest where the length says there is no payload.
        if (message.Type is MessageType.StartPublication or MessageType.PausePublication)
            return true;
        return message.CreatedDate != 0 && (message.PayloadLength == 0 || (message.HasTrueLength && message.HasTrueDigest));
    }

    /// <summary>Reads a frame as a gateway does, which forwards it: lengths and header, no digest. False means malformed.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> frame, out AgentMessage message) => TryFind(frame, out message) && message.HasSaneHeader;

    /// <summary>Writes a whole frame.</summary>
    /// <returns>Its length, <see cref="HeaderBytes"/> and the payload.</returns>
    /// <exception cref="ArgumentException">The frame does not fit, or the type has no name.</exception>
    public static int Write(
        Span<byte> frame,
        MessageType type,
        long createdMilliseconds,
        long sequenceNumber,
        ulong flags,
        Guid messageId,
        PayloadType payloadType,
        ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(frame[HeaderBytes..]);
        WriteHeader(frame, type, createdMilliseconds, sequenceNumber, flags, messageId, payloadType, payload.Length);
        return HeaderBytes + payload.Length;
    }

    /// <summary>Writes the header before a payload that already stands at <see cref="HeaderBytes"/>, its digest included.</summary>
    /// <exception cref="ArgumentException">The frame is too short, or the type has no name.</exception>
    public static void WriteHeader(
        Span<byte> frame,
        MessageType type,
        long createdMilliseconds,
        long sequenceNumber,
        ulong flags,
        Guid messageId,
        PayloadType payloadType,
        int payloadLength)
    {
        var payload = frame.Slice(HeaderBytes, payloadLength);
        BinaryPrimitives.WriteUInt32BigEndian(frame, HeaderLength);
        var name = MessageTypeNames.NameOf(type);
        name.CopyTo(frame[MessageTypeAt..]);
        frame[(MessageTypeAt + name.Length)..(MessageTypeAt + MessageTypeBytes)].Fill((byte)' ');
        BinaryPrimitives.WriteUInt32BigEndian(frame[SchemaVersionAt..], 1);
        BinaryPrimitives.WriteInt64BigEndian(frame[CreatedDateAt..], createdMilliseconds);
        Number(frame, sequenceNumber, flags);
        WriteId(frame.Slice(MessageIdAt, 16), messageId);
        SHA256.HashData(payload, frame[PayloadDigestAt..]);
        BinaryPrimitives.WriteUInt32BigEndian(frame[PayloadTypeAt..], (uint)payloadType);
        BinaryPrimitives.WriteUInt32BigEndian(frame[PayloadLengthAt..], (uint)payloadLength);
    }

    /// <summary>Writes over the number and flags of a frame, so that the digest need not be computed where numbers are given out.</summary>
    internal static void Number(Span<byte> frame, long sequenceNumber, ulong flags)
    {
        BinaryPrimitives.WriteInt64BigEndian(frame[SequenceNumberAt..], sequenceNumber);
        BinaryPrimitives.WriteUInt64BigEndian(frame[FlagsAt..], flags);
    }

    private bool HasSaneHeader => CreatedDate != 0 && HasTrueLength;

    private bool HasTrueLength => PayloadLength == (uint)Payload.Length;

    private bool HasTrueDigest
    {
        get
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(Payload, digest);
            return digest.SequenceEqual(PayloadDigest);
        }
    }

    private static bool TryFind(ReadOnlySpan<byte> frame, out AgentMessage message)
    {
        message = default;
        if (frame.Length < HeaderBytes)
            return false;
        var headerLength = BinaryPrimitives.ReadUInt32BigEndian(frame);
        if (headerLength is < HeaderLength or > MaxHeaderLength || headerLength + sizeof(uint) > (uint)frame.Length)
            return false;

        // In this order, as the real ends do: one client pads with NUL in front.
        var name = frame.Slice(MessageTypeAt, MessageTypeBytes).Trim((byte)0).Trim(" \t\n\v\f\r"u8);
        if (name.IsEmpty)
            return false;
        message = new AgentMessage(frame, MessageTypeNames.TypeOf(name), (int)headerLength + sizeof(uint));
        return true;
    }

    private static void WriteId(Span<byte> wire, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[8..].CopyTo(wire);
        bytes[..8].CopyTo(wire[8..]);
    }
}
