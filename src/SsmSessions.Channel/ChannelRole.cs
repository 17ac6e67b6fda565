namespace SsmSessions.Channel;

/// <summary>The two ends of a data channel: the two columns of spec/ssm-data-channel.md §4.2 and §7.3.</summary>
public enum ChannelRole
{
    /// <summary>Sends input, receives output; checks digests, and says nothing about a message that it has already had.</summary>
    Client,

    /// <summary>Sends output, receives input; does not check digests, and acknowledges a repeated message again.</summary>
    Agent,
}
