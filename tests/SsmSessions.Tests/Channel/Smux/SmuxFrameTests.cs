using FsCheck;
using FsCheck.Fluent;
using SsmSessions.Channel.Smux;

namespace SsmSessions.Tests.Channel.Smux;

public sealed class SmuxFrameTests
{
    [Fact]
    public void Every_recorded_frame_is_read_and_written_to_the_byte()
    {
        var vectors = Vectors.Get("smux").EnumerateArray().ToArray();
        Assert.NotEmpty(vectors);
        foreach (var vector in vectors)
        {
            var bytes = Convert.FromHexString(vector.GetProperty("hex").GetString()!);
            var fields = vector.GetProperty("fields");
            var data = Convert.FromHexString(fields.GetProperty("dataHex").GetString()!);
            var header = SmuxFrame.ReadHeader(bytes);

            Assert.Equal(fields.GetProperty("version").GetByte(), header.Version);
            Assert.Equal(fields.GetProperty("command").GetByte(), (byte)header.Command);
            Assert.Equal(fields.GetProperty("commandName").GetString(), header.Command.ToString().ToUpperInvariant());
            Assert.Equal(fields.GetProperty("length").GetUInt16(), header.Length);
            Assert.Equal(fields.GetProperty("streamId").GetUInt32(), header.StreamId);
            Assert.Equal(data, bytes[SmuxFrame.HeaderBytes..]);
            Assert.Equal(bytes, SmuxEnd.Frame(header.Command, header.StreamId, data));
        }
    }

    [Fact]
    public void Frames_are_found_wherever_the_bytes_are_cut() => Prop.ForAll(
        ArbMap.Default.ArbFor<(uint Stream, byte Command, byte[] Data)[]>(),
        ArbMap.Default.ArbFor<byte[]>(),
        (frames, cuts) =>
        {
            var bytes = frames.SelectMany(f => SmuxEnd.Frame(CommandOf(f.Command), f.Stream, DataOf(f))).ToArray();

            Assert.Equal(
                frames.SelectMany(f => CommandOf(f.Command) == SmuxCommand.Psh ? DataOf(f).Select(b => $"{f.Stream}: {b}") : [$"{CommandOf(f.Command)} {f.Stream}"]),
                Parse(bytes, cuts));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Any_bytes_are_read_or_an_error() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        ArbMap.Default.ArbFor<byte[]>(),
        (bytes, cuts) => Parse(bytes, cuts)).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Reading_allocates_nothing()
    {
        var bytes = SmuxEnd.Frame(SmuxCommand.Psh, 3, new byte[100]);
        var parser = new SmuxParser();
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            for (var i = 0; i < 1_000; i++)
            {
                var first = (ReadOnlySpan<byte>)bytes.AsSpan(0, 5);
                while (parser.Next(ref first, out _, out _) != SmuxPiece.None)
                    continue;
                var second = (ReadOnlySpan<byte>)bytes.AsSpan(5);
                while (parser.Next(ref second, out _, out _) != SmuxPiece.None)
                    continue;
            }
        }
    }

    private static SmuxCommand CommandOf(byte any) => (SmuxCommand)(any % 4);

    private static byte[] DataOf((uint Stream, byte Command, byte[] Data) frame) => CommandOf(frame.Command) == SmuxCommand.Psh ? frame.Data : [];

    /// <summary>Feeds the bytes in pieces of these lengths. Frames without data, and each byte of data, in the order in which they are found.</summary>
    private static List<string> Parse(byte[] bytes, byte[] cuts)
    {
        var found = new List<string>();
        var parser = new SmuxParser();
        for (int at = 0, cut = 0; at < bytes.Length; cut++)
        {
            var length = Math.Min(cuts.Length == 0 ? 1 : (cuts[cut % cuts.Length] % 20) + 1, bytes.Length - at);
            var piece = (ReadOnlySpan<byte>)bytes.AsSpan(at, length);
            at += length;
            while (parser.Next(ref piece, out var header, out var data) is var kind && kind != SmuxPiece.None)
            {
                if (kind == SmuxPiece.Error)
                    return found;
                if (kind == SmuxPiece.Frame)
                    found.Add($"{header.Command} {header.StreamId}");
                foreach (var b in data)
                    found.Add($"{header.StreamId}: {b}");
            }
        }

        return found;
    }
}
