using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;

namespace SsmSessions.Server.MessageGateway;

/// <summary>The messages that the service itself says on a data channel (spec/ssm-data-channel.md §13, §14.7).</summary>
internal static class ServiceMessages
{
    /// <summary>The end, with what the user is told; the target is empty where nothing began.</summary>
    public static byte[] Closed(string sessionId, string target, string output, DateTimeOffset now) =>
        ChannelClosed.ToFrame(sessionId, target, output, now.ToUnixTimeMilliseconds());

    /// <summary>pause_publication or start_publication: the client is away, or back.</summary>
    public static byte[] Publication(MessageType type, DateTimeOffset now)
    {
        var payload = "{}"u8;
        var frame = new byte[AgentMessage.HeaderBytes + payload.Length];
        AgentMessage.Write(frame, type, now.ToUnixTimeMilliseconds(), 0, 0, Guid.NewGuid(), PayloadType.None, payload);
        return frame;
    }
}
