using System.Buffers;

namespace SsmSessions.Core.Leases.Log;

/// <summary>Cuts ASCII text that is larger than an item may be.</summary>
internal static class Pieces
{
    /// <summary>The most bytes of a piece: well under what an item takes.</summary>
    public const int MostBytes = 300 * 1024;

    /// <summary>The pieces of a text, at least one.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> text)
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        do
        {
            var length = Math.Min(text.Length, MostBytes);
            pieces.Add(text[..length]);
            text = text[length..];
        }
        while (!text.IsEmpty);
        return pieces;
    }

    /// <summary>The lines of a text that comes in pieces. A line that a piece begins with may have begun in the one before.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var begun = new ArrayBufferWriter<byte>();
        await foreach (var piece in pieces)
        {
            var rest = piece;
            for (var end = rest.Span.IndexOf((byte)'\n'); end >= 0; end = rest.Span.IndexOf((byte)'\n'))
            {
                var line = rest[..end];
                rest = rest[(end + 1)..];
                if (begun.WrittenCount == 0)
                {
                    yield return line;
                    continue;
                }

                begun.Write(line.Span);
                yield return begun.WrittenMemory;
                begun.ResetWrittenCount();
            }

            begun.Write(rest.Span);
        }
    }
}
