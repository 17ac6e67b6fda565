using System.Text;
using SsmSessions.Channel.Smux;
using SsmSessions.Fuzzing.Inputs;

namespace SsmSessions.Fuzzing.Doors.Parsers;

/// <summary>The finder of frames of streams: bytes that come in pieces are found to say the same as in one.</summary>
internal sealed class SmuxDoor : ParserDoor
{
    private readonly Mutator _mutator = new([[1, 0, 0, 0], [1, 1, 0, 0], [1, 2, 255, 255], [1, 3, 0, 0], [2, 0, 0, 0]], [.. Corpus.Of("smux").Select(kept => kept.Input)]);

    public override string Name => "smux";

    public override byte[] Make(FuzzRandom random) => Frames.Streams(random, _mutator);

    public override string Read(byte[] input)
    {
        var whole = Parse(input, input.Length, out var failed);
        for (var piece = 1; piece <= 13; piece += 4)
        {
            if (Parse(input, piece, out var failedToo) != whole || failedToo != failed)
                throw new FuzzFailure($"In pieces of {piece} the bytes say something else.");
        }

        return failed ? "error" : "read";
    }

    private static string Parse(byte[] input, int piece, out bool failed)
    {
        var parser = default(SmuxParser);
        var seen = new StringBuilder();
        failed = false;
        for (var at = 0; at < input.Length && !failed; at += piece)
        {
            ReadOnlySpan<byte> bytes = input.AsSpan(at, Math.Min(piece, input.Length - at));
            while (parser.Next(ref bytes, out var header, out var data) is var found and not SmuxPiece.None)
            {
                if (found == SmuxPiece.Error)
                {
                    failed = true;
                    break;
                }

                // Data comes in as many pieces as the bytes do.
                if (found == SmuxPiece.Data)
                    Append(seen, header.StreamId, data);
                else
                    seen.Append('\n').Append(header.Command).Append(' ').Append(header.StreamId);
            }
        }

        return seen.ToString();
    }

    private static void Append(StringBuilder seen, uint stream, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
            seen.Append('\n').Append(stream).Append(':').Append(value);
    }
}
