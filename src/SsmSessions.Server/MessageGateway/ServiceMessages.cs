using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.MessageGateway;

/// <summary>The messages that the service itself says on a data channel (spec/ssm-data-channel.md §13, §14.7).</summary>
internal static class ServiceMessages
{
    /// <summary>The end, with what the user is told.</summary>
    public static byte[] Closed(Session session, string output, DateTimeOffset now) =>
        ChannelClosed.ToFrame(session.Id, session.Target, output, now.ToUnixTimeMilliseconds());

    /// <summary>The end of what never began.</summary>
    public static byte[] Refused(string sessionId, string output, DateTimeOffset now) =>
        ChannelClosed.ToFrame(sessionId, target: "", output, now.ToUnixTimeMilliseconds());

    /// <summary>pause_publication or start_publication: the client is away, or back.</summary>
    public static byte[] Publication(MessageType type, DateTimeOffset now)
    {
        var payload = "{}"u8;
        var frame = new byte[AgentMessage.HeaderBytes + payload.Length];
        AgentMessage.Write(frame, type, now.ToUnixTimeMilliseconds(), 0, 0, Guid.NewGuid(), PayloadType.None, payload);
        return frame;
    }
}
