namespace SsmSessions.Channel.Smux;

/// <summary>What <see cref="SmuxParser.Next"/> found.</summary>
internal enum SmuxPiece
{
    /// <summary>The bytes are used up.</summary>
    None,

    /// <summary>A frame without data.</summary>
    Frame,

    /// <summary>Data of a stream: as much of a PSH as is there.</summary>
    Data,

    /// <summary>Another version or command: nothing behind it can be read.</summary>
    Error,
}

/// <summary>Finds frames in a stream of bytes that is cut anywhere. Keeps no more than a header.</summary>
internal struct SmuxParser
{
    private HeaderBytes _header;
    private int _headerLength;
    private uint _streamId;
    private int _dataLeft;

    /// <summary>Takes the next piece off the front of the bytes.</summary>
    /// <param name="bytes">What arrived; what is left of it afterwards.</param>
    /// <param name="header">Of a frame; of data only its stream is said.</param>
    /// <param name="data">Points into the bytes.</param>
    public SmuxPiece Next(ref ReadOnlySpan<byte> bytes, out SmuxHeader header, out ReadOnlySpan<byte> data)
    {
        header = default;
        data = default;
        while (!bytes.IsEmpty)
        {
            if (_dataLeft > 0)
            {
                data = bytes[..Math.Min(_dataLeft, bytes.Length)];
                bytes = bytes[data.Length..];
                _dataLeft -= data.Length;
                header = new SmuxHeader(SmuxFrame.Version, SmuxCommand.Psh, (ushort)data.Length, _streamId);
                return SmuxPiece.Data;
            }

            if (!TryReadHeader(ref bytes, out header))
                return SmuxPiece.None;
            if (header.Version != SmuxFrame.Version || header.Command > SmuxCommand.Nop)
                return SmuxPiece.Error;
            if (header.Command != SmuxCommand.Psh)
                return SmuxPiece.Frame;
            _streamId = header.StreamId;
            _dataLeft = header.Length;
        }

        return SmuxPiece.None;
    }

    private bool TryReadHeader(ref ReadOnlySpan<byte> bytes, out SmuxHeader header)
    {
        header = default;
        var taken = Math.Min(SmuxFrame.HeaderBytes - _headerLength, bytes.Length);
        Span<byte> kept = _header;
        bytes[..taken].CopyTo(kept[_headerLength..]);
        bytes = bytes[taken..];
        _headerLength += taken;
        if (_headerLength < SmuxFrame.HeaderBytes)
            return false;
        _headerLength = 0;
        header = SmuxFrame.ReadHeader(kept);
        return true;
    }

    [System.Runtime.CompilerServices.InlineArray(SmuxFrame.HeaderBytes)]
    private struct HeaderBytes
    {
        private byte _first;
    }
}
