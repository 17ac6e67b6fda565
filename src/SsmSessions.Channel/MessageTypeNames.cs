namespace SsmSessions.Channel;

/// <summary>The names of message types on the wire.</summary>
public static class MessageTypeNames
{
    /// <summary>The name that stands in the header, ASCII, without its padding.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type has no name.</exception>
    public static ReadOnlySpan<byte> NameOf(MessageType type) => type switch
    {
        MessageType.InputStreamData => "input_stream_data"u8,
        MessageType.OutputStreamData => "output_stream_data"u8,
        MessageType.Acknowledge => "acknowledge"u8,
        MessageType.ChannelClosed => "channel_closed"u8,
        MessageType.StartPublication => "start_publication"u8,
        MessageType.PausePublication => "pause_publication"u8,
        MessageType.AgentSessionState => "agent_session_state"u8,
        MessageType.InteractiveShell => "interactive_shell"u8,
        MessageType.AgentTaskAcknowledge => "agent_task_acknowledge"u8,
        MessageType.AgentTaskComplete => "agent_task_complete"u8,
        MessageType.AgentTaskReply => "agent_task_reply"u8,
        MessageType.AgentJob => "agent_job"u8,
        MessageType.AgentJobAck => "agent_job_ack"u8,
        MessageType.AgentJobReply => "agent_job_reply"u8,
        MessageType.AgentJobReplyAck => "agent_job_reply_ack"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This message type has no name."),
    };

    /// <summary>The type of that name; <see cref="MessageType.Unknown"/> when it is none.</summary>
    public static MessageType TypeOf(ReadOnlySpan<byte> name)
    {
        for (var type = MessageType.InputStreamData; type <= MessageType.AgentJobReplyAck; type++)
        {
            if (name.SequenceEqual(NameOf(type)))
                return type;
        }

        return MessageType.Unknown;
    }
}
