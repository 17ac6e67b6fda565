using SsmSessions.Channel;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Fuzzing.Wire;

namespace SsmSessions.Fuzzing.Doors.Sockets;

/// <summary>Frames to open sessions of every kind: shells, commands, ports; and to such whose handshake waits.</summary>
internal sealed class DataChannelDoor : SocketDoor
{
    private static readonly (string? Document, string? Parameters)[] Sessions =
    [
        (null, null),
        ("AWS-StartPortForwardingSession", """{"portNumber":["80"],"localPortNumber":["0"]}"""),
        ("AWS-StartNonInteractiveCommand", """{"command":["cat"]}"""),
        ("AWS-StartSSHSession", null),
        ("AWS-StartInteractiveCommand", """{"command":["cat"]}"""),
    ];

    private readonly Mutator _mutator = new(Corpus.Words(["input_stream_data", "acknowledge", "channel_closed", "pause_publication"]), [.. Corpus.Of("data-channel").Select(kept => kept.Input)]);

    public override string Name => "data-channel";

    public override byte[] Make(FuzzRandom random) => Wire(Frames.Frame(random, _mutator), random.OneIn(100) ? SocketFrames.Text : SocketFrames.Binary, random, _mutator);

    public override IDoorClient Connect() => new ChannelClient(Server, Address, Sessions, Numbered);

    /// <summary>An input whose first frame asks for the next number gets it.</summary>
    private static byte[] Numbered(byte[] input, long next)
    {
        var wire = input.ToArray();
        if (SocketFrames.TryPayload(wire, out var start, out var length) && start + length <= wire.Length)
            Frames.TryNumber(wire.AsSpan(start, (int)length), next);
        return wire;
    }
}

/// <summary>Bytes of streams to an open multiplexed port session.</summary>
internal sealed class PortStreamsDoor : SocketDoor
{
    private const int MaxPayload = 32 * 1024;

    private static readonly (string? Document, string? Parameters)[] Sessions = [("AWS-StartPortForwardingSession", """{"portNumber":["80"],"localPortNumber":["0"]}""")];

    private readonly Mutator _mutator = new([[1, 0, 0, 0], [1, 1, 0, 0], [1, 2, 255, 255], [1, 3, 0, 0]], [.. Corpus.Of("port-streams").Select(kept => kept.Input)]);

    public override string Name => "port-streams";

    public override byte[] Make(FuzzRandom random) => Frames.Streams(random, _mutator);

    public override IDoorClient Connect() => new ChannelClient(Server, Address, Sessions, Carried);

    private static byte[] Carried(byte[] input, long next)
    {
        var wire = new List<byte>();
        for (var at = 0; at < input.Length || at == 0; at += MaxPayload)
        {
            var frame = Frames.Input(PayloadType.Output, input.AsSpan(at, Math.Min(MaxPayload, input.Length - at)), new FuzzRandom((ulong)next));
            Frames.TryNumber(frame, next++);
            wire.AddRange(SocketFrames.Frame(SocketFrames.Binary, frame));
        }

        return [.. wire];
    }
}
