using System.Buffers.Binary;

namespace SsmSessions.Channel;

/// <summary>What a payload of type <see cref="PayloadType.Flag"/> says: a big-endian uint32 (spec/ssm-data-channel.md §6).</summary>
public enum ChannelFlag : uint
{
    /// <summary>Client to agent: the local connection of a basic port session closed.</summary>
    DisconnectToPort = 1,

    /// <summary>Client to agent: the user pressed Ctrl-C; the session ends.</summary>
    TerminateSession = 2,

    /// <summary>Agent to client: the target of a multiplexed port session could not be reached.</summary>
    ConnectToPortError = 3,
}

/// <summary>Flags as bytes.</summary>
public static class ChannelFlags
{
    /// <summary>The payload that says this.</summary>
    public static byte[] ToPayload(this ChannelFlag flag)
    {
        var payload = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)flag);
        return payload;
    }

    /// <summary>What a payload says; it may be a value that is not listed. False when it is not four bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out ChannelFlag flag)
    {
        flag = payload.Length == sizeof(uint) ? (ChannelFlag)BinaryPrimitives.ReadUInt32BigEndian(payload) : default;
        return payload.Length == sizeof(uint);
    }
}
