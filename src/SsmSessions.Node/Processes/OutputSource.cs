using System.Runtime.InteropServices;
using SsmSessions.Channel;

namespace SsmSessions.Node.Processes;

/// <summary>A descriptor that a child writes to, read straight into messages. A character of UTF-8 is never cut in two, but at the end
/// of the stream. Used by the thread of its <see cref="ProcessPump"/> only.</summary>
/// <param name="descriptor">What is read; never blocks.</param>
/// <param name="channel">Where messages go.</param>
/// <param name="type">Their type.</param>
internal sealed class OutputSource(int descriptor, ChannelEnd channel, PayloadType type)
{
    /// <summary>A terminal holds far less of a child that has ended; but a job in the background may write to it for ever.</summary>
    private const int MaxLastBytes = 1024 * 1024;

    private readonly byte[] _carried = new byte[Utf8Tail.MaxBytes];
    private int _carriedBytes;
    private int _lastBytes;
    private bool _beginsLine = true;

    /// <summary>What is polled.</summary>
    public int Descriptor => descriptor;

    /// <summary>Stands before each chunk that begins a line.</summary>
    public byte[] LinePrefix { get; init; } = [];

    /// <summary>Sees the output too.</summary>
    public ITranscript? Transcript { get; init; }

    /// <summary>Nobody is left who should write: what is there is the last.</summary>
    public bool ExpectsNoMore { get; set; }

    /// <summary>True when nothing more will come.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Reads what is there, as much as one message holds, and sends it. False when that was all for now.</summary>
    public bool Read(out ValueTask sending, CancellationToken cancellationToken)
    {
        sending = default;
        var buffer = channel.Rent();
        var room = buffer.Payload.Span;
        var prefix = _beginsLine ? LinePrefix.Length : 0;
        LinePrefix.AsSpan(0, prefix).CopyTo(room);
        _carried.AsSpan(0, _carriedBytes).CopyTo(room[prefix..]);
        var begin = prefix + _carriedBytes;
        var end = begin + Fill(room[begin..], out var more);
        _lastBytes += ExpectsNoMore ? end - begin : 0;
        HasEnded |= ExpectsNoMore && (!more || _lastBytes > MaxLastBytes);

        var output = room[prefix..end];
        _carriedBytes = HasEnded ? 0 : Utf8Tail.UnfinishedBytes(output);
        output[^_carriedBytes..].CopyTo(_carried);
        output = output[..^_carriedBytes];
        if (output.IsEmpty)
        {
            buffer.Dispose();
            return more;
        }

        _beginsLine = room[end - 1] == (byte)'\n';
        Transcript?.Output(output);
        sending = channel.SendAsync(buffer, prefix + output.Length, type, cancellationToken);
        return more;
    }

    /// <summary>Reads until nothing is there or the room is used.</summary>
    private unsafe int Fill(Span<byte> room, out bool more)
    {
        var filled = 0;
        more = true;
        fixed (byte* bytes = room)
        {
            while (filled < room.Length)
            {
                var taken = (int)Libc.Read(descriptor, bytes + filled, (nuint)(room.Length - filled));
                if (taken > 0)
                {
                    filled += taken;
                    continue;
                }

                var error = taken == 0 ? 0 : Marshal.GetLastPInvokeError();
                if (error == Libc.Eintr)
                    continue;

                // The master of a terminal that nobody has open any more says EIO.
                more = false;
                HasEnded = error != Libc.Eagain;
                break;
            }
        }

        return filled;
    }
}
