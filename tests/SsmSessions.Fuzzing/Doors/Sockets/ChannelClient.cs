using System.Net;
using System.Text;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Fuzzing.Wire;
using SsmSessions.Testing;

namespace SsmSessions.Fuzzing.Doors.Sockets;

/// <summary>Sends inputs over the data channel of a session that is open, and acknowledges what comes back.</summary>
/// <param name="server">The server.</param>
/// <param name="address">Where it listens.</param>
/// <param name="sessions">What sessions are started, in turn: documents and their parameters as JSON.</param>
/// <param name="prepare">Makes frames of an input: gets it and the next number.</param>
internal sealed class ChannelClient(TestServer server, IPEndPoint address, IReadOnlyList<(string? Document, string? Parameters)> sessions, Func<byte[], long, byte[]> prepare)
    : SocketDoorClient
{
    private const int ResponseEvery = 8;

    private readonly byte[] _acknowledgement = new byte[AgentMessage.HeaderBytes + Acknowledge.MaxBytes];
    private RawWebSocket? _open;
    private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _acknowledged;
    private int _connections;

    protected override byte[] Prepare(byte[] input) => prepare(input, Volatile.Read(ref _acknowledged) + 1);

    protected override async Task<RawWebSocket> ConnectAsync(CancellationToken late)
    {
        var (document, parameters) = sessions[_connections++ % sessions.Count];
        var session = await server.StartChannelAsync(document, parameters);
        _asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _acknowledged = -1;
        _open = null;
        var socket = await RawWebSocket.ConnectAsync(address, session.StreamUrl.PathAndQuery, Receive, late) ?? throw new FuzzFailure("A data channel is not let in.");
        _open = socket;
        var open = new OpenChannel("1.0", Guid.NewGuid().ToString(), session.Token, ClientInstanceId: null, Guid.NewGuid().ToString(), "1.2.677.0").ToText();
        await socket.SendAsync(SocketFrames.Frame(SocketFrames.Text, open), late);
        await _asked.Task.WaitAsync(late);
        // Some never answer the handshake: for those the inputs are the answer.
        if (_connections % ResponseEvery != 0 || sessions.Count == 1)
            await AnswerAsync(socket, late);
        return socket;
    }

    private async Task AnswerAsync(RawWebSocket socket, CancellationToken late)
    {
        var response = """{"ClientVersion":"1.2.677.0","ProcessedClientActions":[{"ActionType":"SessionType","ActionStatus":1,"ActionResult":null,"Error":""}],"Errors":null}"""u8;
        var frame = Frames.Input(PayloadType.HandshakeResponse, response, new FuzzRandom(1));
        Frames.TryNumber(frame, 0);
        await socket.SendAsync(SocketFrames.Frame(SocketFrames.Binary, frame), late);
        await _ready.Task.WaitAsync(late);
    }

    private void Receive(int opcode, ReadOnlyMemory<byte> frame)
    {
        if (opcode != SocketFrames.Binary || !AgentMessage.TryRead(frame.Span, ChannelRole.Client, out var message))
            throw new FuzzFailure($"The server sends what is no message: {Encoding.Latin1.GetString(frame.Span)}");
        switch (message.Type)
        {
            case MessageType.Acknowledge when Acknowledge.TryRead(message.Payload, out var number):
                Volatile.Write(ref _acknowledged, Math.Max(_acknowledged, number));
                break;
            case MessageType.OutputStreamData:
                if (message.PayloadType == PayloadType.HandshakeRequest)
                    _asked.TrySetResult();
                if (message.PayloadType == PayloadType.HandshakeComplete)
                    _ready.TrySetResult();
                Confirm(message.MessageId, message.SequenceNumber);
                break;
            case MessageType.ChannelClosed:
                _ready.TrySetResult();
                _asked.TrySetResult();
                break;
        }
    }

    private void Confirm(Guid id, long number)
    {
        var length = Acknowledge.Write(_acknowledgement.AsSpan(AgentMessage.HeaderBytes), MessageType.OutputStreamData, id, number);
        AgentMessage.WriteHeader(_acknowledgement, MessageType.Acknowledge, 1_763_769_600_000, 0, Acknowledge.Flags, id, PayloadType.None, length);
        var wire = SocketFrames.Frame(SocketFrames.Binary, _acknowledgement.AsSpan(0, AgentMessage.HeaderBytes + length));
        _ = _open?.SendAsync(wire, CancellationToken.None);
    }
}
