using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SsmSessions.Channel.Payloads;

/// <summary>The service ends the session (spec/ssm-data-channel.md §13).</summary>
/// <param name="MessageId">The id in the message's header.</param>
/// <param name="CreatedDate">Milliseconds since 1970, as text.</param>
/// <param name="DestinationId">The session's target.</param>
/// <param name="SessionId">The session.</param>
/// <param name="MessageType">Always <c>channel_closed</c>.</param>
/// <param name="SchemaVersion">Always 1.</param>
/// <param name="Output">What the client prints; empty for an ordinary end.</param>
public sealed record ChannelClosed(
    string? MessageId, string? CreatedDate, string? DestinationId, string? SessionId, string? MessageType, int SchemaVersion, string? Output)
{
    /// <summary>Such a message, with a fresh id.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="target">The session's target.</param>
    /// <param name="output">What the client prints; empty for an ordinary end.</param>
    /// <param name="createdMilliseconds">Since 1970.</param>
    /// <returns>The whole frame.</returns>
    public static byte[] ToFrame(string sessionId, string target, string output, long createdMilliseconds)
    {
        var id = Guid.NewGuid();
        var payload = new ChannelClosed(
            id.ToString(), createdMilliseconds.ToString(CultureInfo.InvariantCulture), target, sessionId, "channel_closed", 1, output).ToPayload();
        var frame = new byte[AgentMessage.HeaderBytes + payload.Length];
        AgentMessage.Write(frame, Channel.MessageType.ChannelClosed, createdMilliseconds, 0, 0, id, PayloadType.None, payload);
        return frame;
    }

    /// <summary>The payload's bytes.</summary>
    public byte[] ToPayload() => JsonSerializer.SerializeToUtf8Bytes(this, ChannelJson.Wire.ChannelClosed);

    /// <summary>What a payload says; null when it is none.</summary>
    public static ChannelClosed? Read(ReadOnlySpan<byte> payload) => ChannelJson.Read(payload, ChannelJson.Wire.ChannelClosed);
}

/// <summary>The agent tells the service how a session is (§14.6).</summary>
/// <param name="SchemaVersion">Always 1.</param>
/// <param name="SessionState"><see cref="Connected"/> or <see cref="Terminating"/>.</param>
/// <param name="SessionId">The session.</param>
public sealed record AgentSessionState(int SchemaVersion, string? SessionState, string? SessionId)
{
    /// <summary>The agent has the session.</summary>
    public const string Connected = "Connected";

    /// <summary>The shell or command is over.</summary>
    public const string Terminating = "Terminating";

    /// <summary>The payload's bytes.</summary>
    public byte[] ToPayload() => JsonSerializer.SerializeToUtf8Bytes(this, ChannelJson.Wire.AgentSessionState);

    /// <summary>What a payload says; null when it is none.</summary>
    public static AgentSessionState? Read(ReadOnlySpan<byte> payload) => ChannelJson.Read(payload, ChannelJson.Wire.AgentSessionState);
}

/// <summary>The service starts a session on an agent (§14.5).</summary>
/// <param name="Content">JSON as text.</param>
/// <param name="TaskId">The session; agents do not read it.</param>
/// <param name="Topic"><see cref="StartSession"/>; agents do not read it.</param>
/// <param name="SchemaVersion">Always 1.</param>
public sealed record InteractiveShell(string? Content, string? TaskId, string? Topic, int SchemaVersion)
{
    /// <summary>The topic.</summary>
    public const string StartSession = "aws.ssm.startSession";

    /// <summary>The payload's bytes.</summary>
    public byte[] ToPayload() => JsonSerializer.SerializeToUtf8Bytes(this, ChannelJson.Wire.InteractiveShell);

    /// <summary>What a payload says; null when it is none.</summary>
    public static InteractiveShell? Read(ReadOnlySpan<byte> payload) => ChannelJson.Read(payload, ChannelJson.Wire.InteractiveShell);
}

/// <summary>
/// The agent says that a session is over (§14.5): SchemaVersion 1, TaskId is the session, Topic <c>agent_task_complete</c>,
/// FinalTaskStatus <c>Success</c>, <c>Failed</c>, <c>Cancelled</c>, <c>TimedOut</c>, …; Output holds the error for the user; RetryNumber 1, 2, 3
/// until it is answered.
/// </summary>
public sealed record AgentTaskComplete(
    int SchemaVersion,
    string? TaskId,
    string? Topic,
    string? FinalTaskStatus,
    bool IsRoutingFailure,
    string? AwsAccountId,
    string? InstanceId,
    string? Output,
    string? S3Bucket,
    string? S3UrlSuffix,
    string? CwlGroup,
    string? CwlStream,
    int RetryNumber)
{
    /// <summary>The payload's bytes.</summary>
    public byte[] ToPayload() => JsonSerializer.SerializeToUtf8Bytes(this, ChannelJson.Wire.AgentTaskComplete);

    /// <summary>What a payload says; null when it is none.</summary>
    public static AgentTaskComplete? Read(ReadOnlySpan<byte> payload) => ChannelJson.Read(payload, ChannelJson.Wire.AgentTaskComplete);
}

/// <summary>The service has seen that a session is over (§14.5).</summary>
/// <param name="SchemaVersion">Always 1.</param>
/// <param name="MessageId">The id in the header of what it answers.</param>
/// <param name="TaskId">The session.</param>
/// <param name="Topic">Always <c>agent_task_complete</c>.</param>
public sealed record AgentTaskAcknowledge(int SchemaVersion, string? MessageId, string? TaskId, string? Topic)
{
    /// <summary>The payload's bytes.</summary>
    public byte[] ToPayload() => JsonSerializer.SerializeToUtf8Bytes(this, ChannelJson.Wire.AgentTaskAcknowledge);

    /// <summary>What a payload says; null when it is none.</summary>
    public static AgentTaskAcknowledge? Read(ReadOnlySpan<byte> payload) => ChannelJson.Read(payload, ChannelJson.Wire.AgentTaskAcknowledge);
}

/// <summary>The text message that opens a data channel (§3.1, §14.6). Its token is a secret: the record does not print it.</summary>
/// <param name="MessageSchemaVersion">Always 1.0.</param>
/// <param name="RequestId">New for every open.</param>
/// <param name="TokenValue">Who knows it may come in.</param>
/// <param name="ClientInstanceId">The node; only an agent has it, which is how the two are told apart.</param>
/// <param name="ClientId">Stays the same when a client comes back.</param>
/// <param name="ClientVersion">Absent from older clients, and from agents.</param>
public sealed record OpenChannel(
    string? MessageSchemaVersion,
    string? RequestId,
    string? TokenValue,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientInstanceId,
    string? ClientId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientVersion)
{
    /// <summary>The text message, UTF-8.</summary>
    public byte[] ToText() => JsonSerializer.SerializeToUtf8Bytes(this, ChannelJson.Wire.OpenChannel);

    /// <summary>What a text message says; null when it is none.</summary>
    public static OpenChannel? Read(ReadOnlySpan<byte> text) => ChannelJson.Read(text, ChannelJson.Wire.OpenChannel);

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("ClientId = ").Append(ClientId).Append(", ClientInstanceId = ").Append(ClientInstanceId);
        return true;
    }
}
