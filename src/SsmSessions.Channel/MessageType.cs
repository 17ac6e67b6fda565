namespace SsmSessions.Channel;

/// <summary>What a message of a data or control channel is (spec/ssm-data-channel.md §5). The names on the wire are in <see cref="MessageTypeNames"/>.</summary>
public enum MessageType
{
    /// <summary>A name that is not known here. Both real ends ignore such a message.</summary>
    Unknown,

    /// <summary>Client to agent; numbered and acknowledged.</summary>
    InputStreamData,

    /// <summary>Agent to client; numbered and acknowledged.</summary>
    OutputStreamData,

    /// <summary>One stream message arrived.</summary>
    Acknowledge,

    /// <summary>The service ends the session.</summary>
    ChannelClosed,

    /// <summary>The service tells the agent to send again.</summary>
    StartPublication,

    /// <summary>The service tells the agent to send nothing.</summary>
    PausePublication,

    /// <summary>The agent tells the service how the session is; never forwarded.</summary>
    AgentSessionState,

    /// <summary>Control channel: the service starts a session.</summary>
    InteractiveShell,

    /// <summary>Control channel: the service has seen that a session is over.</summary>
    AgentTaskAcknowledge,

    /// <summary>Control channel: the agent says that a session is over.</summary>
    AgentTaskComplete,

    /// <summary>Control channel: exists as a name and is not sent.</summary>
    AgentTaskReply,

    /// <summary>Control channel: the service starts or cancels a command.</summary>
    AgentJob,

    /// <summary>Control channel: the agent has a command.</summary>
    AgentJobAck,

    /// <summary>Control channel: how a command fares.</summary>
    AgentJobReply,

    /// <summary>Control channel: the service has a reply.</summary>
    AgentJobReplyAck,
}
