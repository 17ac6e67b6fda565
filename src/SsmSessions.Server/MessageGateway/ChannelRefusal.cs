using System.Net.WebSockets;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.MessageGateway;

/// <summary>Why a websocket is sent away for good (DESIGN §7): what its user reads, and the close code.</summary>
/// <param name="Output">The text of <c>channel_closed</c>.</param>
/// <param name="Status">The close code.</param>
internal sealed record ChannelRefusal(string Output, WebSocketCloseStatus Status = WebSocketCloseStatus.PolicyViolation)
{
    public static ChannelRefusal TextFrame { get; } = new("A text message came where a binary one is due.", WebSocketCloseStatus.InvalidMessageType);

    public static ChannelRefusal TooLarge { get; } = new("A message is larger than 256 KiB.", WebSocketCloseStatus.MessageTooBig);

    public static ChannelRefusal Silence { get; } = new("No message with a token came within 10 seconds.");

    public static ChannelRefusal NotOpened { get; } = new("The first message must be a text message that opens the data channel.");

    public static ChannelRefusal UnknownSession { get; } = new("There is no session of this id.");

    public static ChannelRefusal BadSignature { get; } = new("The signature of the request is not valid.");

    public static ChannelRefusal NoPeerUrl { get; } = new("The host that carries this session tells nobody where it is reached (--peer-url).");

    public static ChannelRefusal NodeGone { get; } = new(SessionEndTexts.NodeGone);

    public static ChannelRefusal NoAgents { get; } = new("Agents are not served here.");

    public static ChannelRefusal Of(JoinRefusal refusal) => refusal switch
    {
        JoinRefusal.UnknownSession => UnknownSession,
        JoinRefusal.BadToken => new("The token is not valid: it is not the latest one of this session, was used, or has expired."),
        JoinRefusal.HasEnded => new("The session has ended."),
        _ => new("The session was lost with the process that carried it."),
    };
}
