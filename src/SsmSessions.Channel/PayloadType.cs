namespace SsmSessions.Channel;

/// <summary>What the payload of a stream message is (spec/ssm-data-channel.md §6). The values stand on the wire.</summary>
public enum PayloadType : uint
{
    /// <summary>The message is no stream message.</summary>
    None = 0,

    /// <summary>Bytes of a terminal or of a TCP connection, in either direction.</summary>
    Output = 1,

    /// <summary>Sent by neither real end.</summary>
    Error = 2,

    /// <summary>The client's terminal has this size: <see cref="Payloads.SizeData"/>.</summary>
    Size = 3,

    /// <summary>Sent by neither real end.</summary>
    Parameter = 4,

    /// <summary><see cref="Payloads.HandshakeRequest"/>.</summary>
    HandshakeRequest = 5,

    /// <summary><see cref="Payloads.HandshakeResponse"/>.</summary>
    HandshakeResponse = 6,

    /// <summary><see cref="Payloads.HandshakeComplete"/>.</summary>
    HandshakeComplete = 7,

    /// <summary><see cref="Payloads.EncryptionChallenge"/>, agent to client.</summary>
    EncryptionChallengeRequest = 8,

    /// <summary><see cref="Payloads.EncryptionChallenge"/>, client to agent.</summary>
    EncryptionChallengeResponse = 9,

    /// <summary>Four bytes: <see cref="ChannelFlag"/>.</summary>
    Flag = 10,

    /// <summary>Bytes of a command's standard error.</summary>
    StandardError = 11,

    /// <summary>The text of <see cref="Payloads.ExitCode"/>.</summary>
    ExitCode = 12,
}
