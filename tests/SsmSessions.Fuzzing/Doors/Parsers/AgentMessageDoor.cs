using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Fuzzing.Inputs;

namespace SsmSessions.Fuzzing.Doors.Parsers;

/// <summary>The reader of frames, as either end and as the gateway, and the readers of what they carry.</summary>
internal sealed class AgentMessageDoor : ParserDoor
{
    private readonly Mutator _mutator = new(
        Corpus.Words(["input_stream_data", "output_stream_data", "acknowledge", "channel_closed", "\0\0\0\u0074", "EXIT_CODE: ", "{", "}", "\"Challenge\":"]),
        [.. Corpus.Of("agent-message").Select(kept => kept.Input)]);

    public override string Name => "agent-message";

    public override byte[] Make(FuzzRandom random) => Frames.Frame(random, _mutator);

    public override string Read(byte[] input)
    {
        var byGateway = AgentMessage.TryReadHeader(input, out var message);
        var byAgent = AgentMessage.TryRead(input, ChannelRole.Agent, out _);
        var byClient = AgentMessage.TryRead(input, ChannelRole.Client, out var asClient);
        if (byGateway != byAgent)
            throw new FuzzFailure("The gateway lets through what the agent drops, or the other way round.");
        if (byGateway)
            ReadPayload(message);
        if (byClient)
            ReadAgain(asClient);
        return (byGateway, byClient) switch
        {
            (true, true) => "read",
            (true, false) => "read but its digest",
            (false, true) => "read by the client",
            _ => "dropped",
        };
    }

    private static void ReadPayload(in AgentMessage message)
    {
        var payload = message.Payload;
        _ = (message.MessageId, message.SchemaVersion, message.Flags, message.SequenceNumber);
        if (Acknowledge.TryRead(payload, out _) && payload.IsEmpty)
            throw new FuzzFailure("An acknowledgement of nothing.");
        _ = HandshakeResponse.Read(payload);
        foreach (var action in HandshakeRequest.Read(payload)?.RequestedClientActions ?? [])
        {
            if (action is not null)
                _ = SessionTypeParameters.Read(action.ActionParameters);
        }

        _ = (HandshakeComplete.Read(payload)?.ToPayload(), EncryptionChallenge.Read(payload)?.ToPayload(), SizeData.Read(payload)?.ToPayload(), ChannelClosed.Read(payload)?.ToPayload());
        _ = (AgentSessionState.Read(payload), InteractiveShell.Read(payload), AgentTaskComplete.Read(payload), AgentTaskAcknowledge.Read(payload), OpenChannel.Read(payload)?.ToText());
        _ = (ExitCode.Read(payload), ChannelFlags.TryRead(payload, out _));
    }

    /// <summary>What is read is what is written: written again, it reads the same.</summary>
    private static void ReadAgain(in AgentMessage message)
    {
        if (message.Type == MessageType.Unknown || message.CreatedDate == 0)
            return;
        var frame = new byte[AgentMessage.HeaderBytes + message.Payload.Length];
        AgentMessage.Write(frame, message.Type, message.CreatedDate, message.SequenceNumber, message.Flags, message.MessageId, message.PayloadType, message.Payload);
        if (!AgentMessage.TryRead(frame, ChannelRole.Client, out var again) || again.Type != message.Type || again.MessageId != message.MessageId
            || again.SequenceNumber != message.SequenceNumber || !again.Payload.SequenceEqual(message.Payload))
        {
            throw new FuzzFailure("A frame that is written again reads otherwise.");
        }
    }
}
