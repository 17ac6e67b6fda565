using System.Text;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Fuzzing.Wire;

namespace SsmSessions.Fuzzing.Doors.Sockets;

/// <summary>Messages of TrueNAS clients, in one of the two forms of the wire.</summary>
/// <param name="isDdp">Which.</param>
internal sealed class TrueNasDoor(bool isDdp) : SocketDoor
{
    private static readonly string[] Methods =
    [
        "core.ping", "core.set_options", "core.subscribe", "core.unsubscribe", "system.hostname", "auth.login", "auth.login_ex", "auth.login_with_api_key", "auth.mechanism_choices", "auth.logout", "auth.me",
        "auth.sessions", "auth.sessions", "auth.sessions", "auth.sessions", "auth.terminate_session", "auth.terminate_other_sessions", "(subscribe)", "x", ".", "a.b.c", "",
    ];

    private static readonly string[] Parameters =
    [
        "[]", "[[[\"internal\",\"=\",false]],{\"count\":true}]", "[[[\"origin\",\"~\",\"(a+)+$\"]]]", "[[[\"OR\",[[\"id\",\"=\",\"x\"],[\"id\",\"^\",\"y\"]]]]]", "[[],{\"get\":true}]", "[[],{\"order_by\":[\"-id\",\"nulls_first:a\"],\"limit\":1,\"offset\":2}]",
        "[[],{\"select\":[\"id\",[\"a.b\",\"c\"]]}]", "[[[\"created_at\",\">\",{\"$date\":1}]]]", "[[[\"id\",\"in\",[1,null,\"x\"]]]]", "[[[\"credentials_data.*\",\"rin\",\"x\"]]]", "[\"auth.sessions\"]", "[\"x\"]", "[{\"mechanism\":\"API_KEY_PLAIN\",\"api_key\":\"test:x\"}]",
        "[{\"mechanism\":\"PASSWORD_PLAIN\",\"username\":\"test\",\"password\":\"x\"}]", "[\"test\",\"x\"]", "[\"test:x\"]", "[null]", "[1,2,3,4]", "[[[\"a\",\"\\u003d\",1e400]]]", "[[[\"id\",\"~\",\"[\"]]]", "[[[\"a\",\"NOT\",[]]]]", "{}", "null",
    ];

    private readonly Mutator _mutator = new(
        Corpus.Words([.. Methods, .. Parameters, "\"id\":", "\"jsonrpc\":\"2.0\"", "\"msg\":\"method\"", "\"msg\":\"sub\"", "\\ud800", "\"~\"", "\"OR\""]), [.. Corpus.Of(isDdp ? "truenas-ddp" : "truenas-rpc").Select(kept => kept.Input)]);

    public override string Name => isDdp ? "truenas-ddp" : "truenas-rpc";

    public override byte[] Make(FuzzRandom random)
    {
        var text = isDdp ? Ddp(random) : $$"""{"jsonrpc":"2.0","method":"{{random.From(Methods)}}","params":{{random.From(Parameters)}}{{(random.OneIn(5) ? "" : $",\"id\":{random.Of("1", "\"x\"", "null", "-1.5e9", "{}")}")}}}""";
        var message = Encoding.UTF8.GetBytes(text);
        if (random.OneIn(3))
            message = _mutator.Mutate(message, random);
        return Wire(message, random.OneIn(200) ? SocketFrames.Binary : SocketFrames.Text, random, _mutator);
    }

    public override IDoorClient Connect() => new Client(this);

    private static string Ddp(FuzzRandom random) => random.Below(10) switch
    {
        0 => """{"msg":"ping","id":"1"}""",
        1 => $$"""{"msg":"sub","id":"{{random.Below(5)}}","name":"{{random.From(Methods)}}"}""",
        2 => $$"""{"msg":"unsub","id":"{{random.Below(5)}}"}""",
        3 when random.OneIn(10) => """{"msg":"connect","version":"1","support":["1"]}""",
        _ => $$"""{"msg":"method","id":"{{random.Below(100)}}","method":"{{random.From(Methods)}}","params":{{random.From(Parameters)}}}""",
    };

    private sealed class Client(TrueNasDoor door) : SocketDoorClient
    {
        protected override async Task<RawWebSocket> ConnectAsync(CancellationToken late)
        {
            var path = door.Name == "truenas-ddp" ? "/websocket" : "/api/current";
            var socket = await RawWebSocket.ConnectAsync(door.Address, path, (_, _) => { }, late) ?? throw new FuzzFailure("A client is not let in.");
            if (door.Name == "truenas-ddp")
                await socket.SendAsync(SocketFrames.Frame(SocketFrames.Text, """{"msg":"connect","version":"1","support":["1"]}"""u8), late);
            return socket;
        }

        protected override byte[] Prepare(byte[] input) => input;
    }
}
