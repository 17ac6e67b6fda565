using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Fuzzing.Wire;

namespace SsmSessions.Fuzzing.Doors.Sockets;

/// <summary>A door whose inputs are the bytes that a websocket's client puts on the wire: messages, and frames that are none.</summary>
internal abstract class SocketDoor : ServerDoor
{
    /// <summary>Messages as frames: most whole, some cut in pieces, some broken, some control frames as nobody sends them.</summary>
    protected static byte[] Wire(byte[] message, int opcode, FuzzRandom random, Mutator mutator) => random.Below(40) switch
    {
        0 => mutator.Mutate(SocketFrames.Frame(opcode, message), random),
        1 => Pieces(message, opcode, random),
        2 => SocketFrames.Frame(random.Of(SocketFrames.Ping, SocketFrames.Pong), random.Bytes(random.Of(0, 1, 125, 126, 200))),
        3 when random.OneIn(4) => SocketFrames.Frame(SocketFrames.Close, random.Of<byte[]>([], [3], [3, 0xE8], [0, 0], [0xFF, 0xFF], [3, 0xED], [3, 0xE8, 0xC3, 0x28])),
        4 when random.OneIn(4) => SocketFrames.Frame(random.Of(3, 7, 11, 15, SocketFrames.Continuation, SocketFrames.Text, SocketFrames.Binary), message, isFinal: !random.OneIn(3)),
        5 when random.OneIn(4) => Bits(SocketFrames.Frame(opcode, message), random),
        _ => SocketFrames.Frame(opcode, message),
    };

    private static byte[] Pieces(byte[] message, int opcode, FuzzRandom random)
    {
        var cut = random.Below(message.Length + 1);
        byte[] between = random.OneIn(2) ? SocketFrames.Frame(SocketFrames.Ping, "x"u8) : random.OneIn(8) ? SocketFrames.Frame(opcode, "y"u8) : [];
        return
        [
            .. SocketFrames.Frame(opcode, message.AsSpan(0, cut), isFinal: false), .. between, .. SocketFrames.Frame(SocketFrames.Continuation, [], isFinal: false),
            .. SocketFrames.Frame(SocketFrames.Continuation, message.AsSpan(cut), isFinal: !random.OneIn(8)),
        ];
    }

    /// <summary>Reserved bits, no mask, a length that is too long.</summary>
    private static byte[] Bits(byte[] frame, FuzzRandom random)
    {
        switch (random.Below(4))
        {
            case 0:
                frame[0] |= random.Of<byte>(0x10, 0x20, 0x40);
                break;
            case 1:
                frame[1] &= 0x7F;
                break;
            case 2:
                frame[1] = 0xFF;
                break;
            default:
                frame[1] = 0xFE;
                break;
        }

        return frame;
    }
}

/// <summary>Sends inputs over one websocket as long as it lasts, and not too many; each has been dealt with when the next one is sent.</summary>
internal abstract class SocketDoorClient : IDoorClient
{
    private const int MostInputs = 100;

    private RawWebSocket? _socket;
    private int _sent;

    public async ValueTask<string> SendAsync(byte[] input, CancellationToken late)
    {
        try
        {
            if (_socket is null || _socket.IsOver || _sent >= MostInputs)
                await ReconnectAsync(late);
            _sent++;
            var wire = Prepare(input);
            await _socket!.SendAsync(wire, late);
            if (!SocketFrames.AreWhole(wire))
                await _socket.ShutAsync(late);
            else
                await _socket.SettleAsync(late);
            return _socket.CloseStatus is { } status ? $"closed {status}" : _socket.IsOver ? "cut" : "taken";
        }
        catch
        {
            await LeaveAsync();
            throw;
        }
    }

    public virtual ValueTask DisposeAsync() => LeaveAsync();

    /// <summary>Opens a websocket, ready for inputs.</summary>
    protected abstract Task<RawWebSocket> ConnectAsync(CancellationToken late);

    /// <summary>Puts in what an input cannot know.</summary>
    protected abstract byte[] Prepare(byte[] input);

    /// <summary>Makes sure that the service still works for this client, before it leaves.</summary>
    protected virtual Task CheckAsync(RawWebSocket socket, CancellationToken late) => Task.CompletedTask;

    private async Task ReconnectAsync(CancellationToken late)
    {
        if (_socket is { IsOver: false } socket)
        {
            await CheckAsync(socket, late);
            await socket.CloseAsync(late);
        }

        await LeaveAsync();
        _socket = await ConnectAsync(late);
        _sent = 0;
    }

    private async ValueTask LeaveAsync()
    {
        if (_socket is not null)
            await _socket.DisposeAsync();
        _socket = null;
    }
}
