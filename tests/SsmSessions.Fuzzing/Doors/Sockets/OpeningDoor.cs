using System.Text;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Fuzzing.Wire;
using SsmSessions.Testing;

namespace SsmSessions.Fuzzing.Doors.Sockets;

/// <summary>What comes before a data channel is open: its path and query, and the first messages. Nothing opens it.</summary>
internal sealed class OpeningDoor : SocketDoor
{
    /// <summary>Stands in an input for the id of a session that waits.</summary>
    private const string Session = "{id}";

    private const string Path = "/v1/data-channel/";

    private static readonly JsonShape Message = JsonShape.Structure(new[] { "MessageSchemaVersion", "RequestId", "TokenValue", "ClientInstanceId", "ClientId", "ClientVersion" }.Select(name => (name, new JsonShape(JsonKind.Text))));
    private static readonly JsonMaker Json = new(["1.0", "AAEAAa", "i-0123456789abcdef0", "1.2.677.0"], new Dictionary<string, string[]>(StringComparer.Ordinal) { ["TokenValue"] = ["AAEAAaaaa", "x", "=", new string('A', 340)], ["MessageSchemaVersion"] = ["1.0"] });
    private static readonly string[] Targets = [Session, "x", "%2e%2e", "%00", "a%2Fb", "test-1", new('s', 96), new('s', 97), "%ff", "\u00e4", "", "..", "{id}/x", "{id};a=b", "{id}%20"];
    private static readonly string[] Queries = ["?role=publish_subscribe", "?role=publish_subscribe&cell-number=AAEAAXg", "", "?", "?role=x", "?X-Amz-Signature=x&X-Amz-Algorithm=AWS4-HMAC-SHA256", "?%", "?role=publish_subscribe&role=x", "?cell-number=%FF%"];

    private readonly Mutator _mutator = new(Corpus.Words(["TokenValue", "\"", "{", "}", "ClientInstanceId", "\\u0000", "1.0"]), [.. Corpus.Of("opening").Select(kept => kept.Input)]);

    public override string Name => "opening";

    /// <summary>The end of the path with the query, a line end, and the bytes behind the upgrade.</summary>
    public override byte[] Make(FuzzRandom random)
    {
        var target = random.OneIn(10) ? random.From(Targets) : Session;
        var query = random.OneIn(10) ? random.From(Queries) : Queries[0];
        if (random.OneIn(30))
            query = "?" + HttpHeads.Value(_mutator.Mutate(Encoding.UTF8.GetBytes(query), random)).Replace(' ', '+').Replace('#', '+');
        var message = random.OneIn(5) ? random.Bytes(random.Length(9_000)) : Encoding.UTF8.GetBytes(Json.Make(Message, random));
        if (random.OneIn(4))
            message = _mutator.Mutate(message, random);
        var wire = Wire(message, random.OneIn(10) ? SocketFrames.Binary : SocketFrames.Text, random, _mutator);
        return [.. Encoding.UTF8.GetBytes(target + query + "\n"), .. wire, .. random.OneIn(10) ? wire : []];
    }

    public override IDoorClient Connect() => new Client(this);

    private sealed class Client(OpeningDoor door) : IDoorClient
    {
        private const int InputsOfSession = 50;

        private StartedChannel? _session;
        private int _sent;

        public async ValueTask<string> SendAsync(byte[] input, CancellationToken late)
        {
            if (_session is null || _sent++ % InputsOfSession == 0)
                _session = await door.Server.StartChannelAsync();
            var end = input.AsSpan().IndexOf((byte)'\n');
            var target = Encoding.UTF8.GetString(input, 0, Math.Max(end, 0)).Replace(Session, _session.Id, StringComparison.Ordinal);
            var wire = input[(end + 1)..];
            var isOpen = false;
            await using var socket = await RawWebSocket.ConnectAsync(door.Address, Path + target, (_, frame) => isOpen |= frame.Span.IndexOf("HandshakeRequest"u8) >= 0 || frame.Span.IndexOf("AgentVersion"u8) >= 0, late);
            if (socket is null)
                return "not let in";
            await socket.SendAsync(wire, late);
            // A whole text message is all that the server waits for; with less, it is told that no more comes.
            if (wire.Length % 8 != 0 && IsWholeText(wire))
                await socket.CloseAsync(late);
            else
                await socket.ShutAsync(late);
            if (isOpen)
                throw new FuzzFailure("The channel is open.");
            return socket.CloseStatus is { } status ? $"closed {status}" : "cut";
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static bool IsWholeText(byte[] wire) => SocketFrames.AreWhole(wire) && wire[0] == (0x80 | SocketFrames.Text);
    }
}
