using System.Buffers.Binary;
using System.Text;
using SsmSessions.Channel;
using SsmSessions.Channel.Smux;

namespace SsmSessions.Fuzzing.Inputs;

/// <summary>Frames of a data channel, and of the streams inside it.</summary>
internal static class Frames
{
    /// <summary>A sequence number that stands for the next one: who sends it puts that in.</summary>
    public const long NextNumber = -1;

    private const int NumberAt = 48;

    private static readonly PayloadType[] Types = [.. Enum.GetValues<PayloadType>(), (PayloadType)13, (PayloadType)17, (PayloadType)uint.MaxValue];
    private static readonly MessageType[] Messages = [.. Enum.GetValues<MessageType>().Where(type => type != MessageType.Unknown)];

    private static readonly JsonMaker Json = new(
        ["acknowledge", "input_stream_data", "1.2.677.0", "1.1.70.0", "99999999999.0.0.0", "1.2", "x.y", "SessionType", "KMSEncryption", "Success"],
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["ClientVersion"] = ["1.2.677.0", "1.1.70.0", "1.0.0.0", "3.3.0"],
            ["ActionType"] = ["SessionType", "KMSEncryption"],
            ["AcknowledgedMessageType"] = ["output_stream_data"],
            ["MessageSchemaVersion"] = ["1.0"],
            ["SessionState"] = ["Connected", "Terminating"],
        });

    private static readonly JsonShape Number = new(JsonKind.Number);
    private static readonly JsonShape Text = new(JsonKind.Text);
    private static readonly JsonShape Any = new(JsonKind.Any);

    private static readonly JsonShape[] Payloads =
    [
        JsonShape.Structure(("ClientVersion", Text), ("ProcessedClientActions", new(JsonKind.List, JsonShape.Structure(("ActionType", Text), ("ActionStatus", Number), ("ActionResult", Any), ("Error", Text)))), ("Errors", new(JsonKind.List, Text))),
        JsonShape.Structure(("AgentVersion", Text), ("RequestedClientActions", new(JsonKind.List, JsonShape.Structure(("ActionType", Text), ("ActionParameters", Any))))),
        JsonShape.Structure(("cols", Number), ("rows", Number)),
        JsonShape.Structure(("AcknowledgedMessageType", Text), ("AcknowledgedMessageId", Text), ("AcknowledgedMessageSequenceNumber", Number), ("IsSequentialMessage", new(JsonKind.Bool))),
        JsonShape.Structure(("HandshakeTimeToComplete", Number), ("CustomerMessage", Text)),
        JsonShape.Structure(("Challenge", Text)),
        JsonShape.Structure(("MessageId", Text), ("CreatedDate", Text), ("SessionId", Text), ("SchemaVersion", Number), ("Output", Text)),
        JsonShape.Structure(("SchemaVersion", Number), ("SessionState", Text), ("SessionId", Text)),
    ];

    /// <summary>A frame: most of them well-formed, some broken.</summary>
    /// <param name="random">The numbers.</param>
    /// <param name="mutator">What breaks it.</param>
    /// <param name="payload">What it carries, or null for anything.</param>
    public static byte[] Frame(FuzzRandom random, Mutator mutator, byte[]? payload = null)
    {
        var type = random.OneIn(3) ? random.From(Messages) : MessageType.InputStreamData;
        payload ??= Payload(random, mutator);
        var number = random.OneIn(3) ? random.Of(0, 1, 2, 3, 100, -2, long.MaxValue, long.MinValue, random.Between(0, 12)) : NextNumber;
        var frame = new byte[AgentMessage.HeaderBytes + payload.Length];
        AgentMessage.Write(
            frame, type, random.OneIn(20) ? 0 : 1_763_769_600_000, number, random.Of<ulong>(0, 1, 2, 3, ulong.MaxValue), Id(random), payload: payload,
            payloadType: type == MessageType.InputStreamData ? random.From(Types) : PayloadType.None);
        return random.OneIn(4) ? mutator.Mutate(frame, random) : frame;
    }

    /// <summary>A frame of input that is as it should be, but for what it carries.</summary>
    public static byte[] Input(PayloadType type, ReadOnlySpan<byte> payload, FuzzRandom random)
    {
        var frame = new byte[AgentMessage.HeaderBytes + payload.Length];
        AgentMessage.Write(frame, MessageType.InputStreamData, 1_763_769_600_000, NextNumber, 0, Id(random), type, payload);
        return frame;
    }

    /// <summary>Puts the next number where a frame asks for it; the result says whether it did.</summary>
    public static bool TryNumber(Span<byte> frame, long next)
    {
        if (frame.Length < AgentMessage.HeaderBytes || BinaryPrimitives.ReadInt64BigEndian(frame[NumberAt..]) != NextNumber)
            return false;
        BinaryPrimitives.WriteInt64BigEndian(frame[NumberAt..], next);
        return true;
    }

    /// <summary>What a frame carries: JSON of one of the forms there are, a flag, keys, or bytes.</summary>
    public static byte[] Payload(FuzzRandom random, Mutator mutator)
    {
        var payload = random.Below(6) switch
        {
            0 or 1 or 2 => Encoding.UTF8.GetBytes(Json.Make(random.From(Payloads), random)),
            3 => [0, 0, 0, (byte)random.Between(0, 4)],
            4 => Encoding.UTF8.GetBytes(random.Of("ls\r", "\u0003", "\u0004", "echo x\n", "\u001b[A", "exit\r", "\r", new string('a', 1024), "")),
            _ => random.Bytes(random.Length(2_000)),
        };
        return random.OneIn(5) ? mutator.Mutate(payload, random) : payload;
    }

    /// <summary>Frames of streams, one after the other, cut anywhere.</summary>
    public static byte[] Streams(FuzzRandom random, Mutator mutator)
    {
        var bytes = new List<byte>();
        for (var count = 1 + random.Length(40); count > 0; count--)
        {
            var data = random.Bytes(random.Length(3_000));
            var command = random.OneIn(20) ? (SmuxCommand)random.NextByte() : random.Of(SmuxCommand.Syn, SmuxCommand.Fin, SmuxCommand.Psh, SmuxCommand.Psh, SmuxCommand.Nop);
            var header = new byte[SmuxFrame.HeaderBytes];
            var length = command == SmuxCommand.Psh ? data.Length : 0;
            SmuxFrame.WriteHeader(header, command, random.Of<uint>(0, 1, 3, 5, 7, 2, uint.MaxValue, (uint)random.Below(200)), random.OneIn(15) ? random.Of(0, 1, 32_768, 65_535, length + 1) : length);
            if (random.OneIn(40))
                header[0] = random.NextByte();
            bytes.AddRange(header);
            if (command == SmuxCommand.Psh)
                bytes.AddRange(data);
        }

        byte[] all = [.. bytes];
        return random.OneIn(4) ? mutator.Mutate(all, random) : all;
    }

    private static Guid Id(FuzzRandom random) => new(random.Bytes(16));
}
